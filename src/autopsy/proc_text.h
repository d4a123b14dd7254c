/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_AUTOPSY_PROC_TEXT_H
#define STEADY_AUTOPSY_PROC_TEXT_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * The texts of /proc/PID into values. Pure, and the texts may be hostile: a program chooses its own
 * name (line breaks, parentheses, escapes), and a vanishing process leaves a cut text. False when
 * the text is not what it should be.
 */
#define COMM_MAX    64 /* user threads have 15 bytes, kernel threads up to 63 */
#define WCHAN_MAX   48
#define FD_PATH_MAX 512

struct stat_fact {
	pid_t pid, ppid, group;
	int terminal;     /* 0 none */
	pid_t foreground; /* the group in the terminal's foreground; -1 none */
	char comm[COMM_MAX];
	char state;     /* R S D T t Z X I */
	uint64_t ticks; /* CPU time, user and system */
	uint64_t start; /* ticks after boot: with the pid the identity of a process */
	long threads;
};

bool proc_text_stat(const char *text, struct stat_fact *out);

/* "cpu_ns delay_ns timeslices" */
bool proc_text_schedstat(const char *text, uint64_t *cpu_ns, uint64_t *delay_ns);

enum call_state {
	CALL_UNKNOWN, /* not read, gone, or this kernel does not tell */
	CALL_DENIED,
	CALL_RUNNING, /* on a processor or ready for one */
	CALL_NO_CALL, /* blocked, but not in a system call (a page fault) */
	CALL_BLOCKED,
};

struct call {
	enum call_state state;
	long number; /* of CALL_BLOCKED */
	uint64_t args[6];
	uint64_t sp, pc;
};

bool proc_text_call(const char *text, struct call *out);

enum fd_kind { FD_FILE, FD_SOCKET, FD_PIPE, FD_ANON };

struct fd_link {
	enum fd_kind kind;
	uint64_t inode; /* of sockets and pipes */
	char *path;     /* of files and anonymous inodes ("[eventpoll]"); owned, else NULL */
};

/* What readlink says of /proc/PID/fd/N. */
void proc_text_link(const char *text, struct fd_link *out);
void fd_link_release(struct fd_link *link);

struct status_fact {
	uid_t uid; /* effective */
	pid_t tracer;
	uint64_t caught; /* bit n-1: signal n has a handler */
};

bool proc_text_status(const char *text, struct status_fact *out);

/* Values of one key in /proc/PID/fdinfo/N, such as "tfd" of epoll or "Pid" of a pidfd; returns how
 * many were found, at most max. */
size_t proc_text_fdinfo(const char *text, const char *key, int *out, size_t max);

/* The NUL-separated command line as words of one line. */
void proc_text_command(const char *text, size_t len, struct buf *out);

#endif
