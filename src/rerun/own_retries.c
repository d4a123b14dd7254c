/* SPDX-License-Identifier: Apache-2.0 */
#include "rerun/own_retries.h"

#include "base/str.h"
#include "os/glob.h"
#include "rerun/project.h"

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
	CLEANUP(strv_release) struct strv paths = {0};

	(void)command;
	for (size_t i = 0; i < ARRAY_LEN(patterns); i++) {
		glob_files(patterns[i], &paths, NULL);
	}
	VEC_EACH (char *const, path, &paths) {
		if (project_holds(*path, "test-retry")) {
			return true;
		}
	}
	return false;
}
