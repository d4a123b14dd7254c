/* SPDX-License-Identifier: Apache-2.0 */
#include "os/output.h"

#include "base/clock.h"
#include "base/mem.h"
#include "os/signals.h"
#include "os/terminal.h"

#include <fcntl.h>
#include <unistd.h>

static int open_pipe(int *read_end, int *write_end, struct err *err)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0) {
		return err_sys(err, ERR_IO, "pipe");
	}
	*read_end = ends[0];
	*write_end = ends[1];
	return 0;
}

/* The reading end never blocks; that is a description of its own, ours alone. */
static int open_stream(bool terminal, int *read_end, int *write_end, struct err *err)
{
	int rc = terminal ? terminal_open(STDOUT_FILENO, read_end, write_end, err)
			  : open_pipe(read_end, write_end, err);

	if (rc < 0) {
		return -1;
	}
	return fcntl(*read_end, F_SETFL, O_NONBLOCK) < 0 ? err_sys(err, ERR_IO, "fcntl") : 0;
}

/* -1 without an error when none is wanted. */
static int open_log(const char *log, const char *suffix, int *fd, struct err *err)
{
	AUTO_FREE char *path = log ? mem_fmt("%s%s", log, suffix) : NULL;

	/* nobody may read the other end of a FIFO */
	*fd = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
			  0644)
		   : -1;
	return path && *fd < 0 ? err_sys(err, ERR_IO, "%s", path) : 0;
}

int output_open(struct output *output, const struct output_spec *spec, int write_ends[STREAMS],
		struct err *err)
{
	static const int ours[] = {STDOUT_FILENO, STDERR_FILENO};
	static const char *const suffixes[] = {".out", ".err"};
	int rc = 0;

	for (int stream = OUT; stream < STREAMS; stream++) {
		outlet_open(&output->outlet[stream], ours[stream]);
		output->relay[stream] = (struct relay){
			.from = -1,
			.log = -1,
			.to = &output->outlet[spec->to_stderr ? ERR : stream],
			.tail = spec->tail[stream],
			.tail_max = spec->tail_max,
			.waiting = BUF_INIT(RELAY_DRAIN_MAX),
		};
		write_ends[stream] = -1;
		output->outlet[stream].gone |= spec->quiet;
		if (rc == 0) {
			rc = open_log(spec->log, suffixes[stream], &output->relay[stream].log, err);
		}
		if (rc == 0) {
			rc = open_stream(stream == OUT && spec->terminal,
					 &output->relay[stream].from, &write_ends[stream], err);
		}
	}
	return rc;
}

void output_close(struct output *output)
{
	for (int stream = OUT; stream < STREAMS; stream++) {
		relay_release(&output->relay[stream]);
		outlet_close(&output->outlet[stream]);
	}
}

void output_poll(const struct output *output, struct pollfd *pfds)
{
	for (int stream = OUT; stream < STREAMS; stream++) {
		pfds[stream] = relay_poll(&output->relay[stream]);
	}
}

void output_step(struct output *output, const struct pollfd *pfds)
{
	for (int stream = OUT; stream < STREAMS; stream++) {
		if (pfds[stream].revents) {
			relay_step(&output->relay[stream]);
		}
	}
}

const struct relay *output_last(const struct output *output)
{
	const struct relay *out = &output->relay[OUT], *err = &output->relay[ERR];

	return err->read_us > out->read_us ? err : out;
}

int poll_until(struct pollfd *pfds, nfds_t count, int64_t deadline_us)
{
	int64_t left = deadline_us - clock_mono_us();
	struct timespec span = {0};

	if (left > 0) {
		span.tv_sec = left / US_PER_S;
		span.tv_nsec = (left % US_PER_S) * 1000;
	}
	return ppoll(pfds, count, deadline_us ? &span : NULL, NULL);
}

void output_drain(struct output *output, int64_t limit_us)
{
	int64_t deadline = clock_mono_us() + limit_us;

	for (;;) {
		struct pollfd pfds[STREAMS];

		for (int stream = OUT; stream < STREAMS; stream++) {
			relay_drain(&output->relay[stream]);
			pfds[stream] =
				(struct pollfd){.fd = output->relay[stream].from, .events = POLLIN};
		}
		if ((pfds[OUT].fd < 0 && pfds[ERR].fd < 0) || clock_mono_us() >= deadline) {
			return;
		}
		poll_until(pfds, STREAMS, deadline);
	}
}

size_t output_deliver(struct output *output, int64_t limit_us)
{
	struct relay *out = &output->relay[OUT], *err = &output->relay[ERR];
	int64_t deadline = clock_mono_us() + limit_us;

	for (;;) {
		struct pollfd pfds[STREAMS + 1];

		relay_step(out);
		relay_step(err);
		output_poll(output, pfds);
		pfds[STREAMS] = (struct pollfd){.fd = signals_fd(), .events = POLLIN};
		if (relay_waiting(out) + relay_waiting(err) == 0 || clock_mono_us() >= deadline) {
			break;
		}
		poll_until(pfds, ARRAY_LEN(pfds), deadline);
		if (pfds[STREAMS].revents) {
			break;
		}
	}
	return relay_waiting(out) + relay_waiting(err);
}

void output_resize(const struct output *output)
{
	terminal_resize(output->relay[OUT].from, STDOUT_FILENO);
}

int output_error(const struct output *output)
{
	return output->outlet[OUT].error ? output->outlet[OUT].error : output->outlet[ERR].error;
}

int output_log_error(const struct output *output)
{
	return output->relay[OUT].log_error ? output->relay[OUT].log_error
					    : output->relay[ERR].log_error;
}

bool output_waits(const struct output *output)
{
	return relay_waiting(&output->relay[OUT]) || relay_waiting(&output->relay[ERR]);
}
