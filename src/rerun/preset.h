/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_RERUN_PRESET_H
#define STEADY_RERUN_PRESET_H

#include "base/strv.h"
#include "model/run.h"

#include <stdbool.h>

/*
 * What steady knows about a test framework: how its command is recognised, which option writes
 * results, what its exit codes mean and how failed tests are named again. One row each, in
 * preset.c; only the naming of tests is code. Lists end with NULL and may be NULL themselves.
 */
struct command {
	char *const *argv;
	size_t argc;
	size_t first; /* the index just behind the framework's own program name */
};

struct preset {
	const char *name;
	const char *const *programs; /* base names of its program */

	const char *const *results_options; /* its own option for a results file, with synonyms */
	bool results_joined;                /* "--option=FILE" instead of two arguments */
	const char *const *results_extra;   /* arguments that go with it */

	/* What proves that a failed run did not reach every test, or that its exit code can mean
	 * more than "tests failed": long options, letters inside short clusters (a letter that
	 * takes a value ends the cluster), a variable with further arguments, lines in the output. */
	const char *const *early_options;
	const char *early_letters;
	const char *value_letters;
	const char *args_variable;
	const char *const *early_marks;

	int tests_failed_code; /* the one exit code that means "tests failed" and nothing else */
	int soft_signal;       /* asks it to stop so that it still writes results */

	/* Appends to *out the command that runs only these tests, without any results option.
	 * -1 when they cannot be named: then the whole command must be run. */
	int (*select)(const struct command *command, const struct result *const *tests,
		      size_t count, struct strv *out);
};

/* The row that recognises the command; NULL when none does. */
const struct preset *preset_detect(char *const *argv, size_t argc, struct command *out);

/* The row of that name, or NULL. */
const struct preset *preset_find(const char *name);

/* Finds the framework's program anywhere in argv (the user said that it is there). */
bool preset_locate(const struct preset *preset, char *const *argv, size_t argc,
		   struct command *out);

/* Row by index, NULL behind the last. */
const struct preset *preset_at(size_t index);

/* Where the command itself writes results; NULL when it does not say. The caller frees. */
char *preset_results_path(const struct preset *preset, const struct command *command);

/* Appends to *out the command with results going to path, its own option replaced. */
void preset_redirect(const struct preset *preset, const struct command *command, const char *path,
		     struct strv *out);

/* The reason why a failed run of this command may not be complete, or NULL. Borrowed. */
const char *preset_early_reason(const struct preset *preset, const struct command *command,
				const char *output_tail);

/* The two ways to name failed tests again. */
int pytest_select(const struct command *command, const struct result *const *tests, size_t count,
		  struct strv *out);
int ctest_select(const struct command *command, const struct result *const *tests, size_t count,
		 struct strv *out);

#endif
