/* SPDX-License-Identifier: Apache-2.0 */
#include "os/relay.h"

#include "base/clock.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

void relay_release(struct relay *relay)
{
	cleanup_close(&relay->from);
	cleanup_close(&relay->log);
	buf_release(&relay->waiting);
}

size_t relay_waiting(const struct relay *relay)
{
	return relay->waiting.len - relay->written;
}

struct pollfd relay_poll(const struct relay *relay)
{
	if (relay_waiting(relay)) {
		return (struct pollfd){.fd = relay->to->fd, .events = POLLOUT};
	}
	return (struct pollfd){.fd = relay->from, .events = POLLIN};
}

/* Keeps the last `max` bytes; moves memory only when twice that much has gathered. */
static void tail_add(struct buf *tail, size_t max, const char *data, size_t len)
{
	if (max == 0) {
		buf_add(tail, data, len);
		return;
	}
	if (len > max) {
		data += len - max;
		len = max;
	}
	if (tail->len + len > 2 * max) {
		size_t keep = max - len;

		memmove(tail->data, tail->data + tail->len - keep, keep);
		tail->len = keep;
	}
	buf_add(tail, data, len);
}

static void write_waiting(struct relay *relay)
{
	relay->written +=
		outlet_write(relay->to, relay->waiting.data + relay->written, relay_waiting(relay));
	if (!relay_waiting(relay)) {
		buf_clear(&relay->waiting);
		relay->written = 0;
	}
}

/* A regular file: it does not let us wait for a reader. */
static void log_all(struct relay *relay, const char *data, size_t len)
{
	while (len > 0 && relay->log >= 0) {
		ssize_t n = write(relay->log, data, len);

		if (n > 0) {
			data += n;
			len -= (size_t)n;
		} else if (errno != EINTR) {
			relay->log_error = errno;
			cleanup_close(&relay->log);
		}
	}
}

/* Reads once, passes on what there is room for and keeps the rest. */
static void read_once(struct relay *relay)
{
	char data[RELAY_MAX];
	ssize_t n = read(relay->from, data, sizeof(data));
	size_t done = 0;

	if (n <= 0) {
		if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
			cleanup_close(&relay->from);
		}
		return;
	}
	relay->read_us = clock_mono_us();
	relay->bytes += (uint64_t)n;
	log_all(relay, data, (size_t)n);
	tail_add(relay->tail, relay->tail_max, data, (size_t)n);
	if (!relay_waiting(relay)) {
		done = outlet_write(relay->to, data, (size_t)n);
	}
	if (done < (size_t)n) {
		buf_add(&relay->waiting, data + done, (size_t)n - done);
	}
}

void relay_step(struct relay *relay)
{
	if (relay_waiting(relay)) {
		write_waiting(relay);
	} else if (relay->from >= 0) {
		read_once(relay);
	}
}

void relay_drain(struct relay *relay)
{
	if (relay->from >= 0) {
		read_once(relay);
	}
	if (relay->waiting.len + RELAY_MAX > RELAY_DRAIN_MAX) {
		cleanup_close(&relay->from);
	}
}
