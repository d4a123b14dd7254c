/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_RUN_JUDGE_H
#define STEADY_RUN_JUDGE_H

#include "model/run.h"
#include "run/runner.h"

/*
 * The verified-retry rule as pure functions over what was recorded.
 *
 * A retry counts for a test only when the retry's own fresh results name it as passed and the
 * attempt ended cleanly. A retry of selected tests turns the run green only when the first attempt
 * is proven complete; otherwise a run of the whole command must end with exit 0 and show every
 * failed test as passed.
 */

/* What decides about the exit code beside the recorded attempts. */
struct judge_facts {
	bool promised;   /* results were asked for */
	bool need_whole; /* only a green whole run can turn this run green */
	bool need_others; /* the failed tests have to pass in a whole run, together with all others */
	bool stateful;    /* the command selects by its last run: no second run is the same */
	const struct strv *known_flakes; /* ids; NULL none */
	int tests_failed_code;           /* -1: the framework is not known, any code may mean it */
	enum flaky_policy flaky;
	bool changed;    /* an attempt changed the project: none is of the same content */
	int stop_signal; /* that came between two attempts; 0 none */
};

/* Decides whether the attempt ran every test it was meant to: sets complete, incomplete_why.
 * `doubt` is the preset's reason (NULL none); missing counts expected tests without a result. */
void judge_completeness(struct attempt *attempt, const char *doubt, size_t missing,
			const struct judge_facts *facts);

/* Ended by itself, with an exit code that agrees with its results, and all of them readable. */
bool judge_clean(const struct attempt *attempt, const struct judge_facts *facts);

/* Ended by itself with 0, and its results neither hold a failure nor miss where they were promised. */
bool judge_green(const struct attempt *attempt, const struct judge_facts *facts);

/* Lists the tests that failed in the first attempt, each once. */
void judge_collect_failed(struct run *run);

/* Takes a further attempt into account for each failed test. */
void judge_retry(struct run *run, const struct attempt *retry, const struct judge_facts *facts);

/* Is that very test on record as flaky? */
bool judge_is_known(const struct strv *known_flakes, const struct result *result);

/* Is a whole run still needed, if all failed tests pass? */
bool judge_needs_whole(const struct judge_facts *facts);

/* Every failed test passed on a verified retry, under the rule above. */
bool judge_excused(const struct run *run, const struct judge_facts *facts);

/*
 * Every failed test is excused by a row of the ledger or passed on a verified retry, and a row was needed. Nobody
 * has to run anything again for a row: so the first attempt itself has to be proven complete, which only
 * an exit code that means failed tests and nothing else does.
 */
bool judge_pardoned(const struct run *run, const struct judge_facts *facts);

/* Why no retry may be made after the first attempt; NULL when one may. */
const char *judge_no_retry(const struct run *run, const struct judge_facts *facts,
			   size_t max_failures, int max_failures_percent);

/* Sets outcome, exit_code and because. Needs at least one attempt. */
void judge_run(struct run *run, const struct judge_facts *facts);

#endif
