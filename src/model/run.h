/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_MODEL_RUN_H
#define STEADY_MODEL_RUN_H

#include "base/map.h"
#include "model/conditions.h"
#include "model/quarantine.h"
#include "model/results_file.h"
#include "model/service.h"
#include "model/source.h"
#include "model/wait.h"

#define RUN_KEY_MAX  64
#define RUN_TWIN_MAX 13 /* "~3f2a9c01d47e", where the history holds two runs of one key */

/* How an attempt's process ended. */
enum attempt_end {
	END_UNKNOWN, /* imported: nobody told */
	END_EXITED,
	END_SIGNALLED, /* by somebody else's signal */
	END_TIMEOUT,   /* ended by us */
	END_CANCELLED  /* ended by us because we were told to stop */
};

/* Which limit an attempt ran into. */
enum attempt_limit {
	LIMIT_ATTEMPT, /* of its own time */
	LIMIT_IDLE,    /* of the time without output */
	LIMIT_RUN      /* of all attempts together */
};

enum attempt_scope { SCOPE_WHOLE, SCOPE_SELECTED };

/* How exactly a selected attempt names its tests. */
enum rerun_level { LEVEL_TEST, LEVEL_FILE };

const char *attempt_end_name(enum attempt_end end);
const char *attempt_limit_option(enum attempt_limit limit); /* "--timeout" */
const char *attempt_scope_name(enum attempt_scope scope);
const char *rerun_level_name(enum rerun_level level);

/* A process that outlived an attempt's command and was ended, if it could be. */
struct attempt_leak {
	char *name;          /* of the executable */
	char *command;       /* its command line, cut; "" unknown */
	struct strv listens; /* TCP ports, as text */
	bool unended;        /* it lives on; not in the history */
};

struct attempt_leak_list {
	VEC(struct attempt_leak)
};

struct results_file_list {
	VEC(struct results_file)
};

void results_file_list_release(struct results_file_list *list);

/* A file of that digest, or NULL; of files that are sorted by it. */
const struct results_file *results_file_list_find(const struct results_file_list *sorted,
						  const char *digest);

/* One execution of the command. The results are in its files. Owns everything. */
struct attempt {
	int number; /* from 1 */
	enum attempt_scope scope;
	enum rerun_level level;     /* of SCOPE_SELECTED */
	char only[TEST_ID_LEN + 1]; /* of SCOPE_SELECTED: the one test meant; "" all pending */
	enum attempt_end end;
	int exit_code;            /* of END_EXITED */
	int signal;               /* of END_SIGNALLED */
	enum attempt_limit limit; /* of END_TIMEOUT */
	bool tests_over;          /* of a first END_TIMEOUT: the results were whole before it */
	int64_t started_us;       /* wall */
	int64_t duration_us;
	bool complete;        /* proven to have run every test of the suite */
	char *incomplete_why; /* one clause for people when not; else NULL */
	char *unkept;         /* which promised results did not come, in one clause; else NULL */
	struct results_file_list files;
	struct attempt_leak_list leaks;
	size_t leaks_untold; /* there were so many more; not recorded */
	size_t unended;      /* processes that nothing could end: no further attempt is possible */
	struct conditions conditions;
	char *autopsy; /* of END_TIMEOUT: why it hung, a steady.autopsy/1 object; NULL unknown */
};

struct attempt_list {
	VEC(struct attempt)
};

/* What the retries said about a test that failed in the first attempt. */
enum retry_verdict {
	RETRY_NOT_TRIED,
	RETRY_PASSED, /* the only one that may turn a run green */
	RETRY_FAILED_AGAIN,
	RETRY_NOT_SEEN, /* selected nothing, wrote no file, died */
	RETRY_SKIPPED,
	RETRY_BLOCKED /* not made: a service did not come back */
};

const char *retry_verdict_name(enum retry_verdict verdict);

struct failed_test {
	const struct result *first; /* borrowed from the first attempt */
	enum retry_verdict retry;
	int decided_by; /* attempt number; 0 when not tried */
	char *service;  /* that was down while it failed, and explains it; NULL none */
	struct quarantine_mark quarantine; /* what the ledger says of its failures */
};

struct failed_test_list {
	VEC(struct failed_test)
};

enum run_outcome {
	RUN_PASSED,
	RUN_FLAKY,
	RUN_FAILED,
	RUN_TIMEOUT,
	RUN_TEARDOWN_HANG,
	RUN_NOT_READY,
	RUN_CRASHED,
	RUN_CANCELLED,
	RUN_NO_RESULTS,
	RUN_ERROR
};

const char *run_outcome_name(enum run_outcome outcome);

/* Whether a run that ended so says anything about its tests. Inline: a report asks a million times. */
static inline bool run_is_evidence(enum run_outcome outcome)
{
	return outcome != RUN_CANCELLED && outcome != RUN_NOT_READY && outcome != RUN_ERROR;
}

/* The outcome of that name; false when there is none. */
bool run_outcome_parse(const char *name, enum run_outcome *out);

/* What a later steady said of a run, and this one only passes on: members of a JSON object. */
struct stray {
	char *place; /* the part of the segment that has them (history/segment.h) */
	char *json;
};

struct stray_list {
	VEC(struct stray)
};

/* One `steady run`, or one imported CI job execution. Owns everything. */
struct run {
	char key[RUN_KEY_MAX + RUN_TWIN_MAX + 1];
	bool imported;
	char *job;
	char *variant; /* "k=v,k=v" sorted by key; "" none */
	struct strv command;
	char *folder; /* the project and where in it the command was started; NULL unknown */
	struct source source;
	int64_t started_us; /* wall */
	int64_t duration_us;
	struct wait_list waits;
	struct started_service_list services; /* that it started */
	struct service_event_list events; /* of the services waited for, while the command ran */
	bool isolated;                    /* its attempts had surroundings of their own */
	struct attempt_list attempts;
	struct failed_test_list failed;
	enum run_outcome outcome;
	int exit_code;
	char *because; /* one sentence for people where the outcome needs it; else NULL */
	bool thinned;  /* read back from a history that has dropped its results */
	struct stray_list strays;
};

void attempt_release(struct attempt *attempt);
void run_release(struct run *run);

/* Sums over the files of an attempt. */
struct attempt_totals {
	size_t tests, passed, bad, skipped, suite_errors, refused, incomplete;
	size_t flaky; /* of the passed: failed before inside the same file */
	size_t unshown_tests, unshown_failures;
};

struct attempt_totals attempt_count(const struct attempt *attempt);

/* Was it meant to run that test? */
bool attempt_means(const struct attempt *attempt, const char *id);

/* The worst result of that test, or NULL. */
const struct result *attempt_find(const struct attempt *attempt, const char *id);

/* Of its first `count` attempts the last one behind the first that ran all tests and in which that
 * test failed; NULL when there is none. */
const struct attempt *run_failed_whole(const struct run *run, size_t count, const char *id);

/* Adds the ids of the tests that it did not skip; the caller releases the map. */
void attempt_add_ran(const struct attempt *attempt, struct map *out);

#define ATTEMPT_EACH_RESULT(result, attempt) \
	VEC_EACH (struct results_file, file_, &(attempt)->files) \
		VEC_EACH (struct result, result, &file_->results)

#endif
