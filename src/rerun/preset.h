/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_RERUN_PRESET_H
#define STEADY_RERUN_PRESET_H

#include "base/err.h"
#include "base/strv.h"
#include "model/run.h"

#include <stdbool.h>

/*
 * What steady knows about a test framework: how its command is recognised, which option writes
 * results, what its exit codes mean and how failed tests are named again. One row each, in
 * preset.c; only proofs and the naming of tests are code. Lists end with NULL and may be NULL
 * themselves.
 */
struct command {
	char *const *argv;
	size_t argc;
	size_t first; /* the index just behind the framework's own program name */
};

/* The first attempt, for those who prove it complete and name its failed tests. Borrows. */
struct first_run {
	const struct command *command;
	const struct attempt *attempt;
	const char *folder; /* private; what the framework wrote down for us lies there */
};

struct preset {
	const char *name;
	const char *const *programs; /* base names of its program */

	const char *const *results_options; /* its own option for a results file, with synonyms */
	bool results_joined;                /* "--option=FILE" instead of two arguments */
	const char *const *results_extra;   /* arguments that go with it */

	int tests_failed_code; /* the one exit code that means "tests failed" and nothing else */
	int soft_signal;       /* asks it to stop so that it still writes results */

	/* Prepares that the framework itself writes down what it did: puts files into the private
	 * folder and variables into *env. May be NULL. */
	int (*watch)(const char *folder, struct strv *env, struct err *err);

	/* What proves a failed run complete, for people; NULL together with doubt(). */
	const char *proof;

	/* Why the failed first attempt is not proven to have run every test and to have failed by
	 * its tests alone: one clause for people, which the caller frees; NULL when it is proven.
	 * *stateful: the command selects by what its last run left, so running it again is another
	 * selection. Without this function nothing is proven. */
	char *(*doubt)(const struct first_run *first, bool *stateful);

	/* Appends to *out the command that runs only these tests, without any results option.
	 * -1 when they cannot be named: then the whole command must be run. */
	int (*select)(const struct first_run *first, const struct result *const *tests,
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

/* Appends to *out the command without any results option. */
void preset_without_results(const struct preset *preset, const struct command *command,
			    struct strv *out);

/* As the row's doubt(); also for rows without one. NULL when no such question arises, because the
 * attempt did not end with the code for failed tests. */
char *preset_doubt(const struct preset *preset, const struct first_run *first, bool *stateful);

/* What the rows of preset.c point to. */
int pytest_select(const struct first_run *first, const struct result *const *tests, size_t count,
		  struct strv *out);
int ctest_select(const struct first_run *first, const struct result *const *tests, size_t count,
		 struct strv *out);
int pytest_watch(const char *folder, struct strv *env, struct err *err);
char *pytest_doubt(const struct first_run *first, bool *stateful);
char *ctest_doubt(const struct first_run *first, bool *stateful);

#endif
