/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_OS_PROCESS_H
#define STEADY_OS_PROCESS_H

#include "base/buf.h"
#include "base/err.h"
#include "base/strv.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Runs one command to its end and leaves nothing of its group behind.
 *
 * The child gets its own process group, /dev/null as input, default signal actions. Its output is
 * passed on live, each stream in its own order, and the tail of it is kept. While whoever reads our
 * output takes nothing the child is not read either; the time limit and signals go on working. When
 * the time limit passes or a stop signal arrives, the group gets `soft_signal` (and SIGCONT), after
 * the grace time SIGKILL. When the leader has ended, what is left of the group is killed, and pipes
 * that somebody else still holds are drained for at most PROCESS_DRAIN_US. It returns when the
 * group is empty, or PROCESS_GONE_US later, and the output has been passed on, or PROCESS_DELIVER_US
 * later. Processes that left the group (setsid) are not followed.
 */
struct process_spec {
	char *const *argv;
	const struct strv *env; /* "K=V" to add or replace; NULL none */
	int64_t timeout_us;     /* 0 none */
	int64_t grace_us;
	int soft_signal;       /* SIGTERM or SIGINT */
	bool stdout_to_stderr; /* pass the child's stdout on to our stderr */
	size_t tail_max;       /* bytes of each stream to keep from the end */
};

#define PROCESS_DRAIN_US INT64_C(500000)
#define PROCESS_GONE_US  INT64_C(2000000)

/* After a stop signal less: a CI kills 7.5 s after it. */
#define PROCESS_DELIVER_US         INT64_C(10000000)
#define PROCESS_DELIVER_STOPPED_US INT64_C(1000000)

enum process_how {
	PROCESS_EXITED,
	PROCESS_SIGNALLED, /* by somebody else */
	PROCESS_TIMEOUT,   /* ended by us at the time limit */
	PROCESS_STOPPED    /* ended by us because of a stop signal */
};

struct process_end {
	enum process_how how;
	int exit_code;      /* as the leader ended, whatever `how` says; -1 when by signal */
	int signal;         /* the leader's, 0 when it exited */
	int64_t started_us; /* wall */
	int64_t duration_us;
	size_t unshown; /* bytes at the end that nobody took from our streams */
	struct buf out_tail, err_tail;
};

/* ERR_NOT_FOUND or ERR_NOEXEC when the command cannot be started; ERR_IO else. */
int process_run(const struct process_spec *spec, struct process_end *end, struct err *err);
void process_end_release(struct process_end *end);

/*
 * Runs a short question to a tool such as git, quietly, and appends what it printed on stdout (at
 * most out->max bytes). 0 when it exited 0 within 5 s; -1 otherwise.
 */
int process_ask(char *const *argv, struct buf *out);

#endif
