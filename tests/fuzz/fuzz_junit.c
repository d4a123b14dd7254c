/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/reader.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What holds for every file, however broken. */
static bool is_sound(const struct results_file *file)
{
	size_t kinds = file->passed + file->failed + file->errors + file->skipped;
	bool usable = file->state != FILE_REFUSED;

	return kinds == file->results.len && file->tests >= kinds && file->digest[0] != '\0' &&
	       (file->state == FILE_OK) == (file->error == NULL) &&
	       (usable || (kinds == 0 && file->tests == 0 && file->suite_errors == 0));
}

static bool is_sound_result(const struct result *result)
{
	bool told = outcome_is_bad(result->outcome) || result->failed_tries > 0;

	return told == (result->failure != NULL) && result->duration_us >= -1 && result->id[0];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct results_file file = {0};

	junit_read_memory((const char *)data, size, &file);
	if (!is_sound(&file)) {
		abort();
	}
	for (size_t i = 0; i < file.results.len; i++) {
		if (!is_sound_result(&file.results.items[i])) {
			abort();
		}
	}
	results_file_release(&file);
	return 0;
}
