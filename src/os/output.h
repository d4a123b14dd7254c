/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_OS_OUTPUT_H
#define STEADY_OS_OUTPUT_H

#include "base/err.h"
#include "os/relay.h"

/* The two output streams of a command and where they go. */
enum { OUT, ERR, STREAMS };

struct output {
	struct outlet outlet[STREAMS]; /* ours */
	struct relay relay[STREAMS];
};

/* Opens a pipe or a terminal for each stream; the caller closes the writing ends, which the command
 * gets. The tails keep what is in relay.h. `to_stderr`: both go to our stderr. ERR_IO. */
struct output_spec {
	struct buf *tail[STREAMS];
	size_t tail_max;
	bool to_stderr;
	const char *log; /* what comes goes to LOG.out and LOG.err too; NULL nowhere */
	bool quiet;      /* nothing is passed on */
	bool terminal;   /* stdout is to be one, as wide as ours */
};

int output_open(struct output *output, const struct output_spec *spec, int write_ends[STREAMS],
		struct err *err);
void output_close(struct output *output);

/* Puts what has to be polled into the first STREAMS entries, and later uses what poll() found. */
void output_poll(const struct output *output, struct pollfd *pfds);
void output_step(struct output *output, const struct pollfd *pfds);

/* Our terminal has another size now. */
void output_resize(const struct output *output);

/* The same of the log. */
int output_log_error(const struct output *output);

/* Has something been read that nobody has taken from us yet? */
bool output_waits(const struct output *output);

/* The stream that something came from last. */
const struct relay *output_last(const struct output *output);

/* The command is gone: reads what the pipes still hold, to their ends or until somebody has held
 * them for limit_us. */
void output_drain(struct output *output, int64_t limit_us);

/* Passes on what still waits; a reader that takes nothing cannot hold us longer than limit_us, nor
 * once a stop signal has come. Returns how many bytes could not be passed on. */
size_t output_deliver(struct output *output, int64_t limit_us);

/* errno of what made one of our streams drop output, though somebody reads it; 0. */
int output_error(const struct output *output);

/* ppoll() until a time of clock_mono_us(); 0 for ever. */
int poll_until(struct pollfd *pfds, nfds_t count, int64_t deadline_us);

#endif
