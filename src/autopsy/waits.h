/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_AUTOPSY_WAITS_H
#define STEADY_AUTOPSY_WAITS_H

#include "autopsy/facts.h"
#include "autopsy/kind.h"

#define NOBODY SIZE_MAX

/* How telling a wait is, the most telling first. */
enum weight {
	WEIGHT_PROOF,   /* nothing will ever end it */
	WEIGHT_REFUSED, /* nobody is there who could answer */
	WEIGHT_STOPPED,
	WEIGHT_DEAF, /* somebody is there who does not answer */
	WEIGHT_DISK,
	WEIGHT_FILE,
	WEIGHT_PEER,
	WEIGHT_OWN_PEER, /* the other end is in the tree, and has a row of its own */
	WEIGHT_CPU,
	WEIGHT_SLEEP,
	WEIGHT_THREAD,
	WEIGHT_LISTENS,
	WEIGHT_CHILD, /* the child's row tells more */
	WEIGHT_UNKNOWN,
	WEIGHT_ENDED
};

/* What one thread does, in words. Owns its texts. */
struct thread_wait {
	enum hang_kind kind;
	const char *detail; /* a word below the kind, such as "fifo"; static */
	enum weight weight;
	const char *call; /* "recvfrom"; "" none or unknown; static */
	size_t on;        /* the only thread that can end the wait, by index; NOBODY none */
	char *does;       /* "waits for data from 127.0.0.1:5432" */
	char *more;       /* "; nobody listens there", or NULL */
	char *target;     /* "127.0.0.1:5432", a path, a pid; NULL none */
};

struct waits {
	VEC(struct thread_wait) /* one a thread, by its index */
};

/* Judges every thread of the facts. Pure. */
void waits_judge(const struct facts *facts, struct waits *out);
void thread_wait_release(struct thread_wait *wait);
void waits_release(struct waits *waits);

struct call_row;

void wait_set(struct thread_wait *wait, enum hang_kind kind, const char *detail,
	      enum weight weight);
char *wait_span(int64_t us); /* "3.4 s"; the caller frees */

/* What a thread in a system call waits for; leaves `does` alone when that says nothing. */
void wait_on_call(const struct facts *facts, const struct thread_fact *thread,
		  const struct call_row *row, struct thread_wait *out);

/* What it waits for through one descriptor; the direction words the sentence. */
enum direction { TO_READ, TO_WRITE, TO_CONNECT, TO_ACCEPT, TO_POLL };

void wait_on_fd(const struct facts *facts, const struct thread_fact *thread, int number,
		enum direction direction, struct thread_wait *out);
void wait_on_socket(const struct facts *facts, const struct thread_fact *thread,
		    const struct fd_fact *fd, enum direction direction, struct thread_wait *out);
void wait_on_unix_path(const struct facts *facts, const struct thread_fact *thread,
		       struct thread_wait *out);

/* Who has an inode open besides, or only, the process itself. */
enum where {
	WHERE_NOBODY,
	WHERE_UNSEEN, /* nobody was found, but not everybody could be looked at */
	WHERE_SELF,
	WHERE_TREE,
	WHERE_CAPTURE, /* the one who took the autopsy: it is captured output */
	WHERE_OUTSIDE
};

struct who {
	enum where where;
	pid_t pid;
	const char *comm; /* borrowed */
	size_t proc;      /* of WHERE_SELF and WHERE_TREE */
	size_t more;      /* further processes */
};

/* access: 'r' only those who read it, 'w' only those who write it, 0 all. */
struct who who_has(const struct facts *facts, uint64_t inode, size_t proc, char access);

/* "sh (pid 12)", harmless on a line. */
void who_name(struct buf *out, const char *comm, pid_t pid);

/* The index of the process's only thread; NOBODY when it has others or was not seen whole. */
size_t only_thread(const struct facts *facts, size_t proc);

/* The descriptors of the whole tree were seen. Others can have an end of one of its pipes only if
 * we have it too, or if it was sent to them through a socket, which is not done to pipes between
 * parent and child. */
bool facts_saw_tree(const struct facts *facts);

#endif
