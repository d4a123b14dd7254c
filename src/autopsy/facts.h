/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_AUTOPSY_FACTS_H
#define STEADY_AUTOPSY_FACTS_H

#include "autopsy/locks.h"
#include "autopsy/proc_text.h"
#include "autopsy/runtimes.h"
#include "base/vec.h"
#include "os/sockets.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * What was seen of a process tree: plain data, filled by collect.c from /proc, judged by waits.c,
 * circles.c and findings.c, which read nothing else. Times are microseconds unless the name says
 * so. Processes refer to each other by pid, threads and processes by index.
 */

/* Bounds: a tree that is larger is seen in part, and `unseen_*` counts the rest. */
#define AUTOPSY_PROCS_MAX   256
#define AUTOPSY_THREADS_MAX 1024
#define AUTOPSY_FDS_MAX     4096
#define AUTOPSY_POLLED_MAX  32

/* One open descriptor of a process of the tree. */
struct fd_fact {
	size_t proc;
	int fd;
	bool reads, writes;
	struct fd_link link;
};

enum memory_state { MEMORY_NOT_ASKED, MEMORY_DENIED, MEMORY_READ };

/* The words a glibc mutex begins with on 64-bit machines, from its futex on. */
struct mutex_words {
	uint32_t lock, count, owner, users;
	int32_t kind;
};

struct thread_fact {
	size_t proc;
	pid_t tid;
	uint64_t start;
	char comm[COMM_MAX];
	char state;
	struct call call;
	char wchan[WCHAN_MAX];
	uint64_t cpu_ns, delay_ns; /* on a processor, and waiting for one, within the window */
	bool runs;                 /* running or ready to in both samples */
	bool still;                /* the same call in both samples, and no CPU time between */
	int64_t same_us;           /* the least time it is in this call; 0 unknown */

	/* What its memory told about its call. */
	enum memory_state memory;
	struct mutex_words mutex;
	bool owner_lives;   /* a thread with the id of the mutex's owner exists */
	int64_t limit_us;   /* how long the call waits at most; -1 for ever, -2 unknown */
	char *path;         /* of open(), or of a UNIX socket to connect to; owned, else NULL */
	struct endpoint to; /* of connect(); family 0 when none */
	int polled[AUTOPSY_POLLED_MAX]; /* the descriptors it waits for, also those of epoll */
	size_t polled_len;
};

struct proc_fact {
	pid_t pid, ppid;
	uint64_t start;
	char comm[COMM_MAX];
	char *exe;     /* owned; NULL when it cannot be read */
	char *command; /* the command line with spaces, cut; owned, may be NULL */
	uid_t uid;
	pid_t tracer;
	uint64_t caught;               /* bit n-1: signal n has a handler */
	bool adopted;                  /* its parent died, and the subreaper has it */
	const struct runtime *runtime; /* static; NULL none known */
	bool other_abi;                /* a 32-bit program: its call numbers are not ours */
	bool ended;                    /* a zombie: it has nothing that could be read */
	bool stuck;                    /* a thread was in state D: it may hold its address space */
	bool calls_denied, fds_denied;
	bool background; /* not in the foreground of its terminal */
	size_t thread_total;
	size_t net; /* index of its network namespace; SIZE_MAX unknown */
};

/* Who outside the tree has an inode (of a pipe or socket) open. */
struct holder_fact {
	uint64_t inode;
	pid_t pid;
	bool reads, writes;
	char comm[COMM_MAX];
};

struct net_fact {
	uint64_t inode;
	struct socket_list sockets;
	bool queues_known; /* the limits of listen queues and peers of UNIX sockets were asked */
};

struct facts {
	pid_t self; /* who looks: its pipes are the captured output */
	uid_t self_uid;
	int yama; /* kernel.yama.ptrace_scope; -1 without Yama */
	struct proc_list {
		VEC(struct proc_fact)
	} procs; /* parents before their children */
	struct thread_list {
		VEC(struct thread_fact)
	} threads; /* in the order of procs, the main thread first */
	struct fd_list {
		VEC(struct fd_fact)
	} fds;
	struct net_list {
		VEC(struct net_fact)
	} nets;
	struct holder_list {
		VEC(struct holder_fact)
	} holders;
	struct lock_list locks;
	int64_t window_us; /* between the two samples */
	size_t unseen_procs, unseen_threads;
	size_t closed_procs; /* outside the tree, whose descriptors we may not see */
	bool late;           /* the time was up before everything was read */
};

const struct proc_fact *facts_proc(const struct facts *facts, pid_t pid); /* NULL when none */
size_t facts_proc_index(const struct facts *facts, pid_t pid);            /* SIZE_MAX when none */
size_t facts_thread_index(const struct facts *facts, size_t proc, pid_t tid);
const struct fd_fact *facts_fd(const struct facts *facts, size_t proc, int fd);
void facts_release(struct facts *facts);

#endif
