/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_RULING_H
#define STEADY_ANALYZE_RULING_H

#include "analyze/flakes.h"
#include "base/map.h"

/*
 * Is this failure a lie? A verdict on one failure of one run, by what its retries said and what the other
 * runs know. Pure.
 *
 * A failure comes of chance or of the change under test. By chance the test has to be flaky, to fail (its rate),
 * with this signature (how often it had it), and to do in the retries what it did. By the change it has to
 * be broken by it (more likely where the change touches what the failure names), to fail with any signature, and
 * each time it is tried again. The quotient of both gives the probability; a service that was down, many failures at
 * once, and a base that is broken already explain it better than either. The shares and what
 * they rest on: docs/methods.md. A verdict never changes an exit code.
 */
enum failure_verdict {
	VERDICT_UNKNOWN,
	VERDICT_KNOWN_FLAKE,
	VERDICT_NEW_SIGNATURE, /* of a flaky test: it never failed like this; or it is flaky only now */
	VERDICT_BROKEN_AT_BASE, /* without this change, too */
	VERDICT_LIKELY_REGRESSION,
	VERDICT_READINESS, /* a service was not there */
	VERDICT_INCIDENT,  /* many tests failed at once */
	VERDICT_TIMEOUT,   /* it hung */
	VERDICT_COUNT
};

/* "known-flake" */
const char *failure_verdict_name(enum failure_verdict verdict);

/* Whether the change under test touches what the failure names: its file, or one of its stack. */
enum touch { TOUCH_UNKNOWN, TOUCH_NO, TOUCH_YES };

struct failure_question {
	const char *test_id;
	const char *signature; /* "" none */
	enum retry_verdict retry;
	size_t failed_attempts; /* of the run, the first one among them */
	bool service_down;      /* put down to a service that was */
	bool names_service;     /* its text tells that a service was not there */
	bool hung;
	enum touch touch;
};

struct failure_ruling {
	enum failure_verdict verdict;
	/* That the failure is a lie: that the test would pass on this content in sound surroundings. */
	double probability;

	/* What it rests on; of the other runs of this job and variant. */
	bool is_flaky;
	struct rate rate;        /* of a flaky one */
	size_t runs, failures;   /* of the test; first tries */
	size_t passes;           /* in a row, up to this run */
	bool passed_here;        /* on the same content, in another run */
	bool failed_here;        /* on the same content, in another run that no retry mended */
	size_t alike;            /* runs that failed like this; of a change's own line none */
	size_t own_alike;        /* the same, of the change's own line */
	size_t own_failures;     /* in a row on that line, up to this run */
	size_t alike_pulls;      /* other pull requests among them, of the last seven days */
	size_t base_failures;    /* in a row at the base, up to its newest run */
	const char *base_commit; /* of the first of these; NULL unknown */
	size_t at_once; /* tests that failed at once with it; 0 unless that is an incident */
	enum touch touch;
};

/* The run in question, and what the others know. */
struct ruling_context {
	const struct evidence *evidence;   /* with this run, too */
	const struct flake_report *report; /* about the others: this run left out */
	const struct prior *prior;
	size_t run;       /* its index; NO_INDEX when it is not there */
	const char *base; /* the branch that a change goes into; NULL unknown */
	size_t at_once;   /* its failures, when they are an incident, else 0 */

	/* Made by ruling_begin(). */
	struct map tests; /* from test id to index */
	size_t *seen;     /* of each test: its first observation; one more at the end */
	size_t *judged;   /* of each test: its judgement in the run's lane; NO_INDEX none */
	bool *ancestors;  /* of each commit of the timeline: the run comes from it */
	bool ancestors_known;
};

/* The caller sets all else, and releases by ruling_end(). */
void ruling_begin(struct ruling_context *context);
void ruling_end(struct ruling_context *context);

void ruling_make(const struct ruling_context *context, const struct failure_question *question,
		 struct failure_ruling *out);

#endif
