/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_RUN_REHEARSE_H
#define STEADY_RUN_REHEARSE_H

#include "base/buf.h"
#include "run/runner.h"

/*
 * Rehearses a retry: builds the command that would run one failed test again, as a retry builds it,
 * for a test that does not exist, and runs it. Most tools exit 0 when a selection finds nothing, so
 * what counts is what the results say.
 */
enum rehearsal_verdict {
	REHEARSAL_NO_RETRY,    /* this command is not retried at all */
	REHEARSAL_WHOLE,       /* retries run the whole command: there are no names to honour */
	REHEARSAL_NO_NAME,     /* no test that does not exist can be named; nothing was run */
	REHEARSAL_NOTHING_RAN, /* and exit code 0: a pass to whoever believes exit codes */
	REHEARSAL_REFUSED,     /* nothing ran, and the exit code says so */
	REHEARSAL_TOO_WIDE,    /* other tests ran: the selection is not honoured */
	REHEARSAL_PRETENDED,   /* the results say that the test passed */
	REHEARSAL_DIED,        /* by a signal, or at a time limit */
	REHEARSAL_NOT_STARTED,
	REHEARSAL_STOPPED /* a stop signal came */
};

struct rehearsal {
	enum rerun_mode mode;
	const struct preset *preset; /* of the command; NULL unknown */
	bool private_results;        /* the first attempt's go to our folder */
	struct strv globs;           /* otherwise where they are looked for */

	enum rehearsal_verdict verdict;
	struct test_name stranger;
	struct strv argv; /* what was run */
	struct attempt attempt;
	size_t ran;      /* other tests in its results, passed or failed */
	struct buf said; /* the end of its output */
	char *why;       /* it was not started */
};

/*
 * Nothing is shown of the command's output. Files that it changes where the user keeps results are
 * put back. `tell` hears of the command before it runs. -1 when what the plan says makes no sense,
 * or for want of a temporary folder.
 */
int rehearse(const struct run_plan *plan, const struct strv *command,
	     void (*tell)(const struct rehearsal *next), struct rehearsal *out, struct err *err);

void rehearsal_release(struct rehearsal *rehearsal);

#endif
