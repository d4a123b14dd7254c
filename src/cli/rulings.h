/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CLI_RULINGS_H
#define STEADY_CLI_RULINGS_H

#include "analyze/ruling.h"
#include "cli/place.h"

struct rules;

/*
 * By what runs are judged: the repository, and what the history has of other runs of the job. That is loaded with the
 * first run and stays for those that want the same of it: they should come job by job, in the order of time. The
 * caller sets all above the line, and releases by precedents_release().
 */
struct precedents {
	struct place *place;
	const char *history;       /* a path; borrowed */
	struct rules *rules;       /* borrowed */
	const struct prior *prior; /* NULL for the default; borrowed */
	/* Its own: */
	char *job; /* what the evidence is of; NULL: none is loaded */
	int64_t since_us;
	struct evidence evidence;
	struct mass_list mass;
	char *base, *trunk; /* the branch that changes go into, and its commit; NULL unknown */
};

void precedents_release(struct precedents *precedents);

/* A verdict for each test that failed in a run, by what the history and the repository know. */
struct rulings {
	struct failure_ruling *items; /* of each of run->failed; NULL none */
	const char *base;             /* the branch that changes go into; NULL unknown; borrowed */
	struct strv changed;          /* the paths that this change touches */
	struct flake_report report;
};

/* What nobody knows is left out: this never fails. A run without failures costs nothing. *out borrows from the precedents,
 * up to the next run. */
void rulings_make(struct precedents *by, const struct run *run, struct rulings *out);
void rulings_release(struct rulings *rulings);

#endif
