/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CLI_RULINGS_H
#define STEADY_CLI_RULINGS_H

#include "analyze/ruling.h"
#include "cli/place.h"

struct rules;

/* A verdict for each test that failed in a run, by what the history and the repository know. Owns all. */
struct rulings {
	struct failure_ruling *items; /* of each of run->failed; NULL none */
	char *base;                   /* the branch that changes go into; NULL unknown */
	struct strv changed;          /* the paths that this change touches */
	struct evidence evidence;
	struct flake_report report;
};

/* What nobody knows is left out: this never fails. `prior`: NULL for the default. */
void rulings_make(struct place *place, const char *history_path, const struct run *run,
		  struct rules *rules, const struct prior *prior, struct rulings *out);
void rulings_release(struct rulings *rulings);

#endif
