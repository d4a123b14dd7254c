/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_TESTS_BENCH_PLAN_H
#define STEADY_TESTS_BENCH_PLAN_H

#include "base/mem.h"
#include "model/run.h"

/*
 * The runs of a large CI, made up: what they are measured by has to be the same each time.
 *
 * Three runs to a commit. Half of the commits are on main, in one line; the others are pull requests, of which
 * four are open at once, each of about four commits and from a branch of its own. One test in a hundred is
 * flaky, at a rate of its own; three commits of ten break a block of about 110 tests; one test in seventy is
 * always skipped; durations are log-normal. A failure says 6 KB: a test fails in one or two ways that differ
 * in what they say, and each is told by one of 8 stacks.
 */
#define PLAN_TESTS         20000
#define PLAN_RUNS_A_COMMIT 3

struct plan {
	size_t tests, runs_a_day;
	struct result *results; /* of the run that was filled in last */
	double *base_us;        /* of each test, from here on */
	double *flaky;          /* how often it fails; 0: never by itself */
	bool *skipped;
	double *noise; /* factors of durations */
};

void plan_make(size_t tests, size_t runs_a_day, struct plan *out);
void plan_release(struct plan *plan);

/* Puts the results of that run into plan->results; with `texts` failures say something. */
void plan_fill(struct plan *plan, size_t run, bool texts);
void plan_drop_failures(struct plan *plan);

/* All else of that run: when it was and what it was a run of. *out has no results, and is released by
 * run_release(). */
void plan_run(const struct plan *plan, size_t run, struct run *out);

#endif
