/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_OS_PROCESS_H
#define STEADY_OS_PROCESS_H

#include "base/buf.h"
#include "base/err.h"
#include "base/strv.h"
#include "os/proc.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Runs one command to its end and leaves nothing of it behind.
 *
 * A guardian process (guard.h) starts it in a group of its own, without a terminal in a session of
 * its own, with default signal actions and /dev/null as input unless asked. Its output is passed on
 * live, each stream in its own order, and the tail of it is kept. While whoever reads our output
 * takes nothing the command is not read either; the time limit and signals go on working. When the
 * time limit passes or a stop signal arrives, the group climbs the ladder (ladder.h).
 *
 * When the leader has ended, what it left behind has PROCESS_LINGER_US to end too; then it is noted
 * and ended, with everything below it, also what left the group (setsid, daemons). After the tree
 * is empty, pipes that somebody else still holds are drained for at most PROCESS_DRAIN_US, and the
 * output is passed on for at most PROCESS_DELIVER_US.
 */
struct process_spec {
	char *const *argv;
	const struct strv *env; /* "K=V" to add or replace; NULL none */
	int64_t timeout_us;     /* 0 none */
	int64_t idle_us;        /* the same for a time without any output; 0 none */
	int64_t grace_us;
	int soft_signal;       /* SIGTERM or SIGINT */
	bool stdout_to_stderr; /* pass the child's stdout on to our stderr */
	bool own_stdin;        /* gets ours; with a terminal, that too */
	bool only_group;       /* do not follow what leaves the group */
	const char *log;       /* see output.h */
	bool quiet;            /* do not pass the output on */
	bool terminal;         /* its stdout is a terminal */
	size_t tail_max;       /* bytes of each stream to keep from the end */
	struct buf *answer;    /* gets the beginning of stdout; then tail_max is 0 */
	const struct process_watcher *watcher; /* NULL none */
};

/* A command that runs, as seen by whoever wants to look at it from outside. */
struct process_moment {
	pid_t leader;
	pid_t adopter;              /* whose other children belong to the command as well; 0 none */
	int64_t silent_us;          /* since its last output, or its start */
	bool stopped;               /* by a stop signal, not a time limit */
	const struct buf *tail;     /* the end of its last output, of either stream */
	const struct buf *out_tail; /* of its stdout */
};

/* Both must be quick: meanwhile no output is passed on and no signal is looked at. */
struct process_watcher {
	/* Once in every silence, when it has lasted PROCESS_SILENCE_US. */
	void (*silent)(const struct process_moment *moment, void *payload);

	/* The time limit has passed or a stop signal has come, and nothing has been sent to the
	 * command yet. True: it was asked for something and needs PROCESS_ANSWER_US for the answer;
	 * after a stop signal nobody waits. */
	bool (*late)(const struct process_moment *moment, void *payload);

	/* The same, when the soft signal has not helped and KILL comes next. */
	bool (*last)(void *payload);
	void *payload;
};

#define PROCESS_SILENCE_US INT64_C(2000000)
#define PROCESS_ANSWER_US  INT64_C(1000000)

#define PROCESS_LINGER_US INT64_C(200000)
#define PROCESS_GONE_US   INT64_C(2000000) /* between SIGKILL and giving up */
#define PROCESS_DRAIN_US  INT64_C(500000)

/* After a stop signal less: a CI kills 7.5 s after it. */
#define PROCESS_DELIVER_US         INT64_C(10000000)
#define PROCESS_DELIVER_STOPPED_US INT64_C(1000000)

enum process_how {
	PROCESS_EXITED,
	PROCESS_SIGNALLED, /* by somebody else */
	PROCESS_TIMEOUT,   /* ended by us at a time limit */
	PROCESS_STOPPED    /* ended by us because of a stop signal */
};

/* A process that outlived a leader that we did not kill. */
struct process_left {
	struct proc_info info;
	bool unended; /* not even SIGKILL ended it */
};

struct process_left_list {
	VEC(struct process_left)
};

struct process_end {
	enum process_how how;
	int exit_code;       /* as the leader ended, whatever `how` says; -1 when by signal */
	int signal;          /* the leader's, 0 when it exited */
	bool idle;           /* PROCESS_TIMEOUT came from idle_us */
	int64_t started_us;  /* wall */
	int64_t duration_us; /* to the leader's end, without the time in which we were paused */
	struct process_left_list left;
	size_t untold;    /* that were left, too */
	size_t alive;     /* processes that not even SIGKILL ended, these and others */
	bool guard_lost;  /* the guardian was killed, so the command was ended */
	int output_error; /* errno: some output could not be written, and is lost */
	size_t unshown;   /* bytes at the end that nobody took from our streams */
	struct buf out_tail, err_tail;
	uint64_t out_bytes, err_bytes; /* of which those are the last ones */
	int log_error;                 /* errno: the log is not whole; 0 */
};

/* Starts the guardian now, while this process is small; process_run() does it otherwise. */
int process_prepare(struct err *err);

/* ERR_NOT_FOUND or ERR_NOEXEC when the command cannot be started; ERR_IO else. */
int process_run(const struct process_spec *spec, struct process_end *end, struct err *err);
void process_end_release(struct process_end *end);

/*
 * Runs a short question to a tool such as git, quietly, and appends what it printed on stdout (at
 * most out->max bytes). 0 when it exited 0 within 5 s; -1 otherwise, also when a stop signal came
 * (signals_stopped_by()). Nothing of it is left behind.
 */
int process_ask(char *const *argv, struct buf *out);

#endif
