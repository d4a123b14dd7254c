/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_RUN_CHOOSE_H
#define STEADY_RUN_CHOOSE_H

#include "base/err.h"
#include "model/run.h"
#include "rerun/preset.h"
#include "run/runner.h"

/*
 * What a retry runs. The pending tests are named one by one; when they have no such names, or when
 * an attempt showed that the names find nothing, by their files; else the whole command runs.
 */
struct chooser {
	const struct preset *preset; /* NULL unknown framework */
	const struct command *command;
	const struct strv *words; /* of the user's template; NULL none */
	const char *folder;       /* private */
	bool redirects;           /* results go there; otherwise to the user's files */
	enum rerun_level level;
	bool unnamed; /* nothing is left but the whole command */
};

/* Owns its strings. */
struct choice {
	enum attempt_scope scope;
	struct strv argv, env;
	char *path; /* where the results go; NULL: the user's files */
};

void choice_release(struct choice *choice);

/* Can it name tests at all? */
bool chooser_can_select(const struct chooser *chooser);

/* Fills *out with a command for the pending tests, or for only one of them; false when they cannot be
 * named. */
bool chooser_select(struct chooser *chooser, const struct run *run, const struct failed_test *only,
		    struct choice *out, struct err *err);

/* Fills *out with the whole command. */
int chooser_whole(const struct chooser *chooser, const struct run *run, struct choice *out,
		  struct err *err);

/* Names that found none of the pending tests are no names. */
void chooser_learn(struct chooser *chooser, const struct run *run, const struct attempt *retry);

/* Where the results of that attempt go in the private folder. The caller frees. */
char *chooser_results_path(const struct chooser *chooser, int number);

/* How many failed tests have not passed yet. */
size_t count_pending(const struct run *run);

#endif
