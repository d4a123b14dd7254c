/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_OS_RELAY_H
#define STEADY_OS_RELAY_H

#include "base/buf.h"
#include "os/outlet.h"

#include <poll.h>
#include <stdint.h>

/*
 * One output stream of the command on its way to one of ours. While ours takes nothing, nothing is
 * read either, so that at most RELAY_MAX bytes lie here and the command waits as it would on a pipe
 * of its own; only relay_drain() reads ahead. The last bytes are kept.
 */
struct relay {
	int from;           /* the reading end of a pipe, O_NONBLOCK; -1 at its end; owned */
	struct outlet *to;  /* borrowed; several relays may share one */
	struct buf *tail;   /* borrowed: between tail_max and 2 * tail_max of the last bytes */
	size_t tail_max;    /* 0: the first bytes, as many as the buffer takes */
	struct buf waiting; /* read and not yet written, from `written` on */
	size_t written;
	int log;         /* a file that gets all that is read; -1 none; owned */
	int log_error;   /* errno of the first write to it that failed; then no more are made */
	uint64_t bytes;  /* read so far */
	int64_t read_us; /* when something came last, clock_mono_us(); 0 nothing yet */
};

#define RELAY_MAX       ((size_t)64 * 1024)
#define RELAY_DRAIN_MAX ((size_t)1024 * 1024)

void relay_release(struct relay *relay);

/* Bytes that were read and not yet written. */
size_t relay_waiting(const struct relay *relay);

/* What has to happen before relay_step() has something to do; fd is -1 when nothing is left. */
struct pollfd relay_poll(const struct relay *relay);

/* Moves on as far as possible without waiting. */
void relay_step(struct relay *relay);

/* Reads once even though ours takes nothing. With RELAY_DRAIN_MAX bytes waiting the pipe counts as
 * ended: whoever goes on writing is not the command. */
void relay_drain(struct relay *relay);

#endif
