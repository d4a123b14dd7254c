/* SPDX-License-Identifier: Apache-2.0 */
#include "ready/wire.h"

#include "base/buf.h"
#include "text/utf8.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

struct wire wire_open(const struct peer *peer, const struct limits *limits,
		      struct attempt_result *out)
{
	attempt_reach(out, STAGE_PROTOCOL);
	return (struct wire){peer->fd, limits, out, false};
}

static bool wait_for(struct wire *wire, short events)
{
	enum patience patience = wait_for_fd(wire->fd, events, wire->limits);

	if (patience == PATIENCE_STOPPED) {
		return attempt_stopped(wire->out, STAGE_PROTOCOL);
	}
	return patience == PATIENCE_READY ||
	       attempt_failed(wire->out, STAGE_PROTOCOL, "connected, but %s",
			      wire->heard ? "the answer did not end" : "no answer");
}

static bool is_passing(int code)
{
	return code == EAGAIN || code == EINTR;
}

bool wire_send(struct wire *wire, const void *data, size_t len)
{
	const char *at = data;

	while (len > 0) {
		ssize_t n = send(wire->fd, at, len, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && !is_passing(errno)) {
			return net_broken(errno, STAGE_PROTOCOL, wire->out);
		}
		if (n < 0 && !wait_for(wire, POLLOUT)) {
			return false;
		}
		at += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
	return true;
}

bool wire_read(struct wire *wire, void *data, size_t len)
{
	char *at = data;

	while (len > 0) {
		ssize_t n = recv(wire->fd, at, len, MSG_DONTWAIT);

		if (n == 0) {
			return attempt_failed(wire->out, STAGE_PROTOCOL, "%s",
					      wire->heard
						      ? "the answer is cut short"
						      : "connected, then closed without an answer");
		}
		if (n < 0 && !is_passing(errno)) {
			return net_broken(errno, STAGE_PROTOCOL, wire->out);
		}
		if (n < 0 && !wait_for(wire, POLLIN)) {
			return false;
		}
		wire->heard = wire->heard || n > 0;
		at += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
	return true;
}

bool wire_skip(struct wire *wire, size_t len)
{
	char data[1024];

	while (len > 0) {
		size_t part = len < sizeof(data) ? len : sizeof(data);

		if (!wire_read(wire, data, part)) {
			return false;
		}
		len -= part;
	}
	return true;
}

bool wire_line(struct wire *wire, char *line, size_t size, const char *protocol)
{
	size_t len = 0;

	while (len + 1 < size) {
		if (!wire_read(wire, line + len, 1)) {
			return false;
		}
		if (line[len] == '\n') {
			line[len > 0 && line[len - 1] == '\r' ? len - 1 : len] = '\0';
			return true;
		}
		len++;
	}
	return wire_strange(wire, protocol);
}

uint32_t wire_number(const unsigned char *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

bool wire_strange(struct wire *wire, const char *protocol)
{
	return attempt_failed(wire->out, STAGE_PROTOCOL, "the answer is not %s", protocol);
}

bool wire_refused(struct wire *wire, bool permanent, const char *fmt, ...)
{
	CLEANUP(buf_release) struct buf given = BUF_INIT(1024);
	CLEANUP(buf_release) struct buf clean = BUF_INIT(sizeof(wire->out->error) - 1);
	va_list ap;

	va_start(ap, fmt);
	buf_vfmt(&given, fmt, ap);
	va_end(ap);
	utf8_clean(&clean, buf_str(&given), given.len);
	wire->out->permanent = permanent;
	attempt_reach(wire->out, STAGE_APPLICATION);
	return attempt_failed(wire->out, STAGE_APPLICATION, "%s", buf_str(&clean));
}
