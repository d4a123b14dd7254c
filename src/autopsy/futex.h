/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_AUTOPSY_FUTEX_H
#define STEADY_AUTOPSY_FUTEX_H

#include "autopsy/facts.h"

/*
 * What a thread blocked in futex() waits for. The address is that of a lock word whose surroundings
 * only its library knows, so nothing is taken for a mutex that does not look like one in every
 * respect: call, operation, value, lock word, kind, number of users, owner. Pure.
 */
enum futex_wait {
	FUTEX_OTHER, /* a condition, a semaphore, a lock of another library */
	FUTEX_MUTEX, /* a glibc mutex with an owner */
	FUTEX_JOIN   /* the end of another thread */
};

struct futex_fact {
	enum futex_wait kind;
	pid_t thread; /* the owner, or the thread to join */
};

struct futex_fact futex_of(const struct thread_fact *thread);

/* The word where a glibc mutex has its owner, or the thread id in the lock word of a join; 0 when
 * the operation is none of these. */
pid_t futex_owner(const struct thread_fact *thread);

/* FUTEX_LOCK_PI and its kin: the kernel itself knows the owner. */
bool futex_is_pi(uint64_t operation);

#endif
