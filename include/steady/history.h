/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_H
#define STEADY_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Asks a history what it knows: answers are streams of rows, one call each.
 *
 *	static int on_result(void *payload, const struct steady_history_result *result)
 *	{
 *		printf("%s %s\n", result->run.key, steady_history_outcome_name(result->outcome));
 *		return 0;
 *	}
 *
 *	char error[STEADY_HISTORY_ERROR];
 *	struct steady_history *history = steady_history_open("history.db", error);
 *	if (history)
 *		steady_history_strip(history, test_id, NULL, 500, on_result, NULL);
 *	steady_history_close(history);
 *
 * Nothing is ever written into the history; one of an older steady is brought up to date when it is opened, with
 * a backup beside it, as by every command. A query sees the history as it is when the query begins, and others may
 * record meanwhile.
 *
 * Ownership: every pointer handed to a callback is borrowed for that call. Strings are UTF-8, NUL-terminated and
 * bounded; they come from whoever wrote the reports: escape control characters before you print them. NULL is
 * unknown. Times are microseconds, wall times since 1970; durations are microseconds, -1 unknown. A passed test has
 * its duration within 4.5 %.
 *
 * A callback that does not return 0 ends its query. Queries return 0, the callback's value, or -1 when the history
 * cannot be read: then steady_history_error() says why. A handle belongs to one thread at a time. When memory runs
 * out the process is aborted.
 */
struct steady_history;

#define STEADY_HISTORY_ERROR 1024 /* bytes of a message */

/* NULL with `error` filled in when there is no history, or it cannot be used. The caller closes. */
struct steady_history *steady_history_open(const char *path, char error[STEADY_HISTORY_ERROR]);
void steady_history_close(struct steady_history *history);

/* Why the last query failed; "" when it did not. */
const char *steady_history_error(const struct steady_history *history);

/* From the best to the worst. */
enum steady_history_outcome {
	STEADY_HISTORY_PASSED,
	STEADY_HISTORY_SKIPPED,
	STEADY_HISTORY_FAILED,
	STEADY_HISTORY_ERRONEOUS
};

/* "passed", "skipped", "failed", "error" */
const char *steady_history_outcome_name(enum steady_history_outcome outcome);

struct steady_history_run {
	const char *key, *job;
	const char *variant; /* "k=v,k=v"; "" none */
	const char *commit, *branch;
	const char *outcome; /* "passed", "flaky", "failed", …: docs of `steady run` */
	int64_t started_us, duration_us;
};

/* Which runs are asked about: zero-initialise for all. */
struct steady_history_window {
	int64_t since_us, until_us; /* until is exclusive; 0: now and later */
	const char *job;            /* NULL all */
};

struct steady_history_test {
	const char *id; /* 32 digits: the identity that queries take */
	const char *suite, *class_name, *name, *file;
	unsigned copy; /* of several tests of one name: 0, 2, 3, … */
};

/* Tests whose id starts with, or whose name contains, the text; at most 50. An exact name comes alone. */
int steady_history_tests(struct steady_history *history, const char *text,
			 int (*on_test)(void *payload, const struct steady_history_test *test),
			 void *payload);

/* One test in the first attempt of one run. */
struct steady_history_result {
	struct steady_history_run run;
	enum steady_history_outcome outcome;
	int64_t duration_us;
	unsigned failed_tries; /* failures before the pass that the report itself told */
	const char *
		retry; /* of a failure: "passed", "failed-again", "not-seen", …; NULL nothing is known */
};

/* Its strip: the last `most` results (0: all) of a test by its id, the newest first. */
int steady_history_strip(struct steady_history *history, const char *test_id,
			 const struct steady_history_window *window, size_t most,
			 int (*on_result)(void *payload,
					  const struct steady_history_result *result),
			 void *payload);

/* One day (UTC) of a lane; days without runs are left out. */
struct steady_history_day {
	int64_t day_us;          /* its midnight */
	size_t runs, red, flaky; /* red: neither passed nor flaky nor cancelled */
	uint64_t results;
	uint64_t failures;   /* tests that failed in first attempts */
	int64_t duration_us; /* of all runs together */
};

int steady_history_trend(struct steady_history *history, const struct steady_history_window *window,
			 int (*on_day)(void *payload, const struct steady_history_day *day),
			 void *payload);

/* How long the passes of a test took: the nearest-rank quantiles of the codes that the history keeps. */
struct steady_history_duration {
	struct steady_history_test test;
	size_t passes; /* of known duration */
	int64_t p50_us, p95_us;
};

/* Of one test by its id, or with NULL of each, in the order of ids. */
int steady_history_durations(struct steady_history *history, const char *test_id,
			     const struct steady_history_window *window,
			     int (*on_test)(void *payload,
					    const struct steady_history_duration *duration),
			     void *payload);

/* How long it took until a service was ready, by job, service and probe. */
struct steady_history_service {
	const char *job, *service, *probe;
	size_t waits, failed;   /* without those that were cancelled */
	int64_t p50_us, p95_us; /* of those that ended well; -1 none did */
};

int steady_history_waits(struct steady_history *history, const struct steady_history_window *window,
			 int (*on_service)(void *payload,
					   const struct steady_history_service *service),
			 void *payload);

/* What failed in the first attempt of a run. */
struct steady_history_failure {
	struct steady_history_test test;
	enum steady_history_outcome outcome;
	int64_t duration_us;
	const char *type, *message,
		*text;         /* NULL where nothing was said, or it was dropped for space */
	const char *signature; /* 16 digits: alike failures share it; NULL none */
	const char *retry;     /* "passed", "failed-again", "not-tried", … */
};

/* Of the run of that key and job (NULL: the newest run of that key). -1 also when there is none. */
int steady_history_failures(struct steady_history *history, const char *run_key, const char *job,
			    int (*on_failure)(void *payload,
					      const struct steady_history_failure *failure),
			    void *payload);

/* What a test did in a run, when it was more than pass or be skipped: the evidence of flakiness. */
struct steady_history_evidence {
	struct steady_history_run run;
	struct steady_history_test test;
	enum steady_history_outcome first; /* of the first attempt */
	bool passed_retry;                 /* and then it passed when it was run again, verified */
	bool failed_again;
	bool failed_then_passed; /* inside one report: a retry of the framework's own */
	bool service_down;       /* its failure is put down to a service */
	const char *signature;   /* NULL none */
};

/* Test by test, and within a test run by run, the oldest first. */
int steady_history_evidence(struct steady_history *history,
			    const struct steady_history_window *window,
			    int (*on_evidence)(void *payload,
					       const struct steady_history_evidence *evidence),
			    void *payload);

#ifdef __cplusplus
}
#endif

#endif
