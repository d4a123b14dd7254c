/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files into results, as an import has them before it stores them: identities, tries and copies,
 * fingerprints of failures. By one of the two ways of reading (junit/reader.h):
 *
 *	results_pass careful|fast FILE…
 *
 * Prints "tests N failures N errors N skipped N bytes N peak_kb N", in total.
 */
#include "base/str.h"
#include "peak.h"
#include "run/collect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct sums {
	size_t tests, failures, errors, skipped;
	unsigned long long bytes;
};

/* Whether all of it was read. */
static bool pass_file(const char *path, enum junit_way way, struct sums *sums)
{
	const struct junit_read_options reading = {.way = way};
	CLEANUP(results_file_release) struct results_file file = {0};
	struct stat st = {0};

	collect_file(path, &reading, &file);
	sums->tests += file.tests;
	sums->failures += file.failed;
	sums->errors += file.errors;
	sums->skipped += file.skipped;
	sums->bytes += stat(path, &st) == 0 ? (unsigned long long)st.st_size : 0;
	if (file.state != FILE_OK) {
		fprintf(stderr, "%s: %s\n", path, str_or(file.error, "it was repaired"));
	}
	return file.state == FILE_OK;
}

int main(int argc, char **argv)
{
	enum junit_way way = JUNIT_WAY_CAREFUL;
	struct sums sums = {0};
	bool good = true;

	if (argc < 3) {
		fprintf(stderr, "usage: results_pass careful|fast FILE…\n");
		return 2;
	}
	way = str_eq(argv[1], "fast") ? JUNIT_WAY_FAST : JUNIT_WAY_CAREFUL;
	for (int i = 2; i < argc; i++) {
		good &= pass_file(argv[i], way, &sums);
	}
	printf("tests %zu failures %zu errors %zu skipped %zu bytes %llu peak_kb %lu\n", sums.tests,
	       sums.failures, sums.errors, sums.skipped, sums.bytes, peak_kb());
	return good ? 0 : 1;
}
