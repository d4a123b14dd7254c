/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_OS_GUARD_WIRE_H
#define STEADY_OS_GUARD_WIRE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* What steady and its guardian tell each other through a stream socket; both are one program, so
 * structures go as they are. guard.h says what it is for. */
enum guard_order_kind {
	ORDER_START,  /* with GUARD_FDS descriptors; `len` bytes follow: argc + envc strings */
	ORDER_LINGER, /* answered by NOTE_LEFT for each process that is there after linger_us or
		       * as soon as none is, and NOTE_QUIET */
	ORDER_END,    /* answered by NOTE_EMPTY */
	ORDER_FOLDER, /* `len` bytes follow: what to remove when steady has died; empty nothing */
	ORDER_KEPT    /* the same: what to put back before that (kept.h) */
};

struct guard_order {
	enum guard_order_kind kind;
	bool adopt; /* be the subreaper */
	uint32_t argc, envc;
	uint64_t len;
	int64_t linger_us;
};

/* The descriptors of ORDER_START, in this order. */
enum { GUARD_CWD, GUARD_IN, GUARD_OUT, GUARD_ERR, GUARD_FDS };

enum guard_note_kind {
	NOTE_STARTED, /* pid: the leader, and its group */
	NOTE_FAILED,  /* value: errno */
	NOTE_ENDED,   /* value: the leader's wait status; it is not reaped before ORDER_END */
	NOTE_STOPPED, /* value: the signal that stopped the leader */
	NOTE_LEFT,    /* pid: a process that outlived the leader */
	NOTE_QUIET,   /* no more of these */
	NOTE_EMPTY    /* value: how many could not be ended; the leader is reaped */
};

struct guard_note {
	enum guard_note_kind kind;
	pid_t pid;
	int value;
};

/* The guardian's whole life. own_session: no terminal has to be kept. Never returns. */
_Noreturn void guardian_main(int socket, bool own_session);

#endif
