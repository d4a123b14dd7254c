/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_OS_GUARD_H
#define STEADY_OS_GUARD_H

#include "base/err.h"
#include "base/strv.h"
#include "os/guard_wire.h"

/*
 * The guardian is a small process between steady and the command:
 *
 *	steady (subreaper) → guardian (subreaper, parent of the command) → command
 *
 * It starts the command, adopts whatever the command leaves behind, daemons included, and ends it
 * all. When steady dies, even by kill -9, the guardian sees the end of their socket and ends the
 * tree; when the guardian dies, steady adopts the tree and ends it. It has a process group of its
 * own, so that a signal to steady's group does not reach it, and blocks every signal.
 *
 * It is made with fork(), once for all attempts: start it early, while the process is still small.
 */

struct guard {
	pid_t pid;
	int fd;       /* -1 none */
	pid_t leader; /* of a command beside the others; and its group */
};

/* Starts the guardian unless it runs; at our exit it is ended. ERR_IO. */
int guard_start(struct err *err);

struct guard_command {
	char *const *argv;
	const struct strv *env; /* "K=V" to add to ours or to replace; NULL none */
	int in, out, err;       /* its streams */
	const char *folder;     /* where it starts; NULL here */
	bool adopt;             /* false: what leaves its process group is not followed */
};

/* Starts a command in our current folder and with our environment, in a group (without a terminal a
 * session) of its own, with default signal actions and none blocked; *pid is its leader. ERR_NOT_FOUND
 * or ERR_NOEXEC when it cannot be executed; ERR_IO else. */
int guard_command(const struct guard_command *command, pid_t *pid, struct err *err);

/* The guardian, or 0. */
pid_t guard_pid(void);

/* Readable when guard_next() has something; -1 when there is no guardian. */
int guard_fd(void);

/* Waits for the next note; false when the guardian is dead or does not answer. */
bool guard_next(struct guard_note *out);

/* Continues it when somebody has stopped it. */
void guard_wake(void);

/* See enum guard_order_kind; a dead guardian is seen by guard_next(). */
void guard_order(enum guard_order_kind kind, int64_t linger_us);

/* A folder (absolute) that goes when we die without a chance to remove it ourselves; NULL none. The
 * guardian is told, this one and each that follows it. */
void guard_folder(const char *path);

/* The same for files that are put back before it goes, as kept.h packs them; 0 bytes: none. */
void guard_kept(const char *packed, size_t len);

/* Ends a guardian that is dead or does not answer; what it had adopted becomes ours. */
void guard_drop(void);

/* Ends what has become ours, as sweep.h does it; the guardians of other commands are spared, and
 * children that we had before the first of them. */
size_t guard_sweep(int64_t limit_us, pid_t watched, int *status);

/*
 * A command beside the others, with a guardian of its own; any thread may start one. The fd of that
 * is readable when guard_lone_next() has something. guard_lone_end() ends whatever is left of it,
 * the command included, and sets *status to how wait() would tell its end.
 */
int guard_lone_start(const struct guard_command *command, struct guard *out, struct err *err);

/* True when the command has ended. */
bool guard_lone_next(struct guard *guard, int *status);
void guard_lone_end(struct guard *guard, int *status);

#endif
