/* SPDX-License-Identifier: Apache-2.0 */
#include "autopsy/futex.h"

#include <linux/futex.h>

/* The low bits of __kind: normal, recursive, error-checking, adaptive; then robust, PI, protect,
 * shared and lock elision. */
#define KIND_ALL (0x3 | 0x10 | 0x20 | 0x40 | 0x80 | 0x100 | 0x200)

/* What a contended lock word of a mutex without an owner in it holds. */
#define LOCK_CONTENDED 2

/* FUTEX_LOCK_PI2, since Linux 5.14 */
#define LOCK_PI2 13

#define FLAGS ((uint32_t)FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME)

bool futex_is_pi(uint64_t operation)
{
	uint32_t command = (uint32_t)operation & ~FLAGS;

	return command == FUTEX_LOCK_PI || command == LOCK_PI2;
}

/* pthread_join waits on the thread id that the kernel clears when the thread ends. */
static bool is_join(const struct thread_fact *thread)
{
	const uint64_t *args = thread->call.args;

	return ((uint32_t)args[1] & ~FLAGS) == FUTEX_WAIT_BITSET &&
	       !(args[1] & FUTEX_PRIVATE_FLAG) && args[2] > 1 &&
	       (uint32_t)args[2] == thread->mutex.lock;
}

static bool operation_locks(const struct thread_fact *thread)
{
	const uint64_t *args = thread->call.args;

	return futex_is_pi(args[1]) || ((uint32_t)args[1] & ~FLAGS) == FUTEX_WAIT;
}

pid_t futex_owner(const struct thread_fact *thread)
{
	if (is_join(thread)) {
		return (pid_t)thread->mutex.lock;
	}
	return operation_locks(thread) ? (pid_t)thread->mutex.owner : 0;
}

/* Either the lock word names the same owner (PI, robust), or it is the contended word and what
 * the thread waits on. */
static bool lock_word_fits(const struct thread_fact *thread)
{
	const struct mutex_words *mutex = &thread->mutex;

	if (futex_is_pi(thread->call.args[1]) || (mutex->kind & 0x10)) {
		return (mutex->lock & FUTEX_TID_MASK) == mutex->owner;
	}
	/* the kernel takes 32 bits of it, whatever else is in the register */
	return mutex->lock == LOCK_CONTENDED && (uint32_t)thread->call.args[2] == LOCK_CONTENDED;
}

static bool is_mutex(const struct thread_fact *thread)
{
	const struct mutex_words *mutex = &thread->mutex;

	return operation_locks(thread) && lock_word_fits(thread) && mutex->kind >= 0 &&
	       (mutex->kind & ~KIND_ALL) == 0 && mutex->users >= 1 &&
	       mutex->users <= AUTOPSY_THREADS_MAX && mutex->owner > 1 &&
	       mutex->owner <= FUTEX_TID_MASK;
}

struct futex_fact futex_of(const struct thread_fact *thread)
{
	struct futex_fact none = {.kind = FUTEX_OTHER};

	if (thread->call.state != CALL_BLOCKED || thread->memory != MEMORY_READ) {
		return none;
	}
	if (is_join(thread)) {
		return (struct futex_fact){FUTEX_JOIN, (pid_t)thread->mutex.lock};
	}
	if (is_mutex(thread)) {
		return (struct futex_fact){FUTEX_MUTEX, (pid_t)thread->mutex.owner};
	}
	return none;
}
