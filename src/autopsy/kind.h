/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_AUTOPSY_KIND_H
#define STEADY_AUTOPSY_KIND_H

/* Why a thread does not come on. */
enum hang_kind {
	HANG_UNKNOWN,
	HANG_DEADLOCK, /* proven: a circle of owners, or an owner that has ended */
	HANG_SOCKET,
	HANG_FILE, /* a FIFO, a pipe, a lock, a terminal, a file */
	HANG_CHILD,
	HANG_THREAD, /* another thread of the same process: a lock, a condition, its end */
	HANG_SLEEPS, /* for a time, or until a signal */
	HANG_BUSY,
	HANG_STARVED, /* would run, but others have the processors */
	HANG_STOPPED, /* by a signal or a debugger */
	HANG_DISK     /* in an uninterruptible wait */
};

/* "waits-for-socket"; static. */
const char *hang_kind_name(enum hang_kind kind);

#endif
