/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_RUN_SESSION_H
#define STEADY_RUN_SESSION_H

#include "os/file.h"
#include "run/choose.h"
#include "run/collect.h"
#include "run/judge.h"
#include "run/keep.h"
#include "run/runner.h"

/* Everything one call of runner_run() works with. */
struct session {
	const struct run_plan *plan;
	struct run *run;
	const struct preset *preset; /* NULL unknown framework */
	struct command command;
	struct junit_read_options reading;
	enum rerun_mode mode;
	bool private_results; /* the first attempt writes to our folder */
	char *folder;         /* private, removed at the end */
	struct strv globs;    /* the user's result files */
	struct strv kept;     /* those, and what else stays the first attempt's */
	struct keep keep;     /* as it left them */
	int64_t first_ns;     /* when it began, by the clock of local file systems */
	struct snapshot before_retries;
	int64_t since_us, retries_since_us; /* the start of all, of the retries; monotonic */
	struct monitor *monitor;            /* of the services; NULL none */
	struct service_event_list outages;  /* that waits in front of retries tell of */
	struct judge_facts facts;
	struct chooser chooser;
	struct buf *said; /* the end of a quiet attempt's output goes there, unseen; NULL: shown */
};

/* Finds out which framework it is, where its results go, and who may be retried how. The caller has
 * set plan and run, and releases the session also after a failure. */
int session_open(struct session *session, struct err *err);
void session_release(struct session *session);

/* Is a failed test of this command run again? */
bool session_retries(const struct session *session);

/* Keeps the user's files as the first attempt left them, and puts them back. */
void session_keep(struct session *session);
void session_restore(struct session *session);

/* How many tests of the last complete run did not run in that attempt: what made one skip may be what made
 * another one fail. */
size_t session_missing(const struct session *session, const struct attempt *attempt);

/* Where the user wants an attempt's output: ".out" and ".err" are added. NULL nowhere; the caller frees. */
char *session_log(const struct session *session, int number);

/* Tells people about a step. */
void session_say(const struct session *session, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
