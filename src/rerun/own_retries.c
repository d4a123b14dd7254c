/* SPDX-License-Identifier: Apache-2.0 */
#include "rerun/own_retries.h"

#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>

#define BUILD_FILE_MAX ((size_t)1024 * 1024)

bool gotestsum_tries_again(const struct command *command)
{
	for (size_t i = command->first; i < command->argc; i++) {
		if (str_eq(command->argv[i], "--")) {
			return false;
		}
		if (str_starts(command->argv[i], "--rerun-fails")) {
			return true;
		}
	}
	return false;
}

static bool names_plugin(const char *path)
{
	AUTO_FREE char *text = file_text(path, BUILD_FILE_MAX, NULL);

	return text && strstr(text, "test-retry");
}

bool gradle_tries_again(const struct command *command)
{
	static const char *const patterns[] = {
		"*.gradle",
		"*.gradle.kts",
		"*/*.gradle",
		"*/*.gradle.kts",
		"gradle/*.toml",
		"*/src/main/*/*.gradle",
		"*/src/main/*/*.gradle.kts",
	};
	bool found = false;

	(void)command;
	for (size_t i = 0; i < ARRAY_LEN(patterns) && !found; i++) {
		glob_t paths;

		if (glob(patterns[i], GLOB_NOSORT, NULL, &paths) != 0) {
			continue;
		}
		for (size_t k = 0; k < paths.gl_pathc && !found; k++) {
			found = names_plugin(paths.gl_pathv[k]);
		}
		globfree(&paths);
	}
	return found;
}
