/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_AUTOPSY_CALLS_H
#define STEADY_AUTOPSY_CALLS_H

#include "autopsy/proc_text.h"

/* System calls that a hanging thread may sit in, by what they wait for. */
enum call_kind {
	CALL_OTHER,
	CALL_FUTEX,
	CALL_CHILD,
	CALL_VFORK, /* until the child has started its program or ended */
	CALL_READ,  /* of descriptor args[0], as all that follow but OPEN */
	CALL_WRITE,
	CALL_CONNECT,
	CALL_ACCEPT,
	CALL_LOCK,
	CALL_FCNTL, /* CALL_LOCK only for some of its commands */
	CALL_EPOLL,
	CALL_POLL,
	CALL_SELECT,
	CALL_OPEN,
	CALL_SLEEP,
	CALL_SIGNAL, /* until a signal comes */
	CALL_IPC,    /* System V and POSIX queues and semaphores */
};

struct call_row {
	long number;
	const char *word;
	enum call_kind kind;
};

/* NULL for a number not in the table. */
const struct call_row *call_by_number(long number);

/* The kind of call behind a wait channel of the kernel ("hrtimer_nanosleep"); for threads whose call
 * may not be read, and for calls resumed after a stop. NULL unknown. */
const struct call_row *call_by_wchan(const char *wchan);

/* The call a thread is in, from both; NULL when it is in none that is known. */
const struct call_row *call_of(const struct call *call, const char *wchan);

#endif
