/* SPDX-License-Identifier: Apache-2.0 */
#include "ready/probe.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "ready/resolve.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Port forwarders accept at once and hang up when nobody is behind them: a connection counts
 * only when it lives this long, or when the other side speaks first. */
#define SETTLE_US     (150 * US_PER_MS)
#define ADDRESSES_MAX 8

static void close_socket(int fd)
{
	char greeting[4096];

	/* unread bytes would turn the close into a reset, which some servers count as an attack */
	while (recv(fd, greeting, sizeof(greeting), MSG_DONTWAIT) > 0) {
	}
	close(fd);
}

static void cleanup_socket(int *fd)
{
	if (*fd >= 0) {
		close_socket(*fd);
	}
}

/* A client that connects to a port nobody listens on may be given that very port for itself. */
static bool is_own_end(int fd)
{
	struct sockaddr_storage here = {0}, there = {0};
	socklen_t here_len = sizeof(here), there_len = sizeof(there);

	return getsockname(fd, (struct sockaddr *)&here, &here_len) == 0 &&
	       getpeername(fd, (struct sockaddr *)&there, &there_len) == 0 &&
	       here_len == there_len && memcmp(&here, &there, here_len) == 0;
}

static bool stopped(struct attempt_result *out, enum stage stage)
{
	out->stopped = true;
	return attempt_failed(out, stage, "stopped");
}

/* A port that nobody listens on refuses; only an open connection can be reset. */
static bool was_reset(struct attempt_result *out)
{
	return attempt_failed(out, STAGE_SETTLE, "connected, then reset at once");
}

static bool settle(int fd, int stop_fd, struct attempt_result *out)
{
	const struct limits limits = {clock_mono_us() + SETTLE_US, stop_fd};
	enum patience patience = PATIENCE_TIMEOUT;
	char byte = 0;
	ssize_t n = 0;

	patience = wait_for_fd(fd, POLLIN, &limits);
	if (patience == PATIENCE_TIMEOUT) {
		return true;
	}
	if (patience == PATIENCE_STOPPED) {
		return stopped(out, STAGE_SETTLE);
	}
	n = recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
	if (n > 0) {
		return true;
	}
	if (n == 0) {
		return attempt_failed(out, STAGE_SETTLE, "connected, then closed at once");
	}
	return errno == ECONNRESET
		       ? was_reset(out)
		       : attempt_failed(out, STAGE_SETTLE, "connected, then %s", strerror(errno));
}

static bool finish_connect(int fd, const struct limits *limits, struct attempt_result *out)
{
	enum patience patience = PATIENCE_TIMEOUT;
	int code = 0;
	socklen_t len = sizeof(code);

	patience = wait_for_fd(fd, POLLOUT, limits);
	if (patience == PATIENCE_STOPPED) {
		return stopped(out, STAGE_CONNECT);
	}
	if (patience == PATIENCE_TIMEOUT) {
		return attempt_failed(out, STAGE_CONNECT, "no answer");
	}
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &len) < 0) {
		code = errno;
	}
	if (code == ECONNRESET) {
		return was_reset(out);
	}
	return code == 0 || attempt_failed(out, STAGE_CONNECT, "%s", connect_error(code));
}

static bool try_address(const struct addrinfo *address, const struct limits *limits,
			struct attempt_result *out)
{
	CLEANUP(cleanup_socket)
	int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0) {
		return attempt_failed(out, STAGE_CONNECT, "%s", connect_error(errno));
	}
	if (connect(fd, address->ai_addr, address->ai_addrlen) < 0) {
		if (errno != EINPROGRESS) {
			return attempt_failed(out, STAGE_CONNECT, "%s", connect_error(errno));
		}
		if (!finish_connect(fd, limits, out)) {
			return false;
		}
	}
	if (is_own_end(fd)) {
		return attempt_failed(out, STAGE_CONNECT, "%s", connect_error(ECONNREFUSED));
	}
	return settle(fd, limits->stop_fd, out);
}

static void add_reason(struct buf *reasons, const struct addrinfo *address, const char *reason)
{
	char name[NI_MAXHOST] = "?";

	getnameinfo(address->ai_addr, address->ai_addrlen, name, sizeof(name), NULL, 0,
		    NI_NUMERICHOST);
	buf_fmt(reasons, "%s%s %s", reasons->len ? ", " : "", name, reason);
}

static size_t count(const struct addrinfo *list)
{
	size_t n = 0;

	for (; list && n < ADDRESSES_MAX; list = list->ai_next) {
		n++;
	}
	return n;
}

/* Each address gets its share of the time that is left, so that a silent one cannot starve the
 * others. The furthest stage of all is kept. */
static void try_addresses(const struct addrinfo *list, const struct limits *limits,
			  struct attempt_result *out)
{
	CLEANUP(buf_release) struct buf reasons = BUF_INIT(sizeof(out->error) - 1);
	size_t total = count(list);
	enum stage furthest = STAGE_CONNECT;

	for (size_t left = total; left > 0; left--, list = list->ai_next) {
		int64_t now = clock_mono_us();
		const struct limits share = {
			now + (limits->until_us - now) / (int64_t)left,
			limits->stop_fd,
		};

		if (try_address(list, &share, out)) {
			out->ready = true;
			out->stage = STAGE_SETTLE;
			return;
		}
		if (out->stopped) {
			return;
		}
		furthest = out->stage > furthest ? out->stage : furthest;
		add_reason(&reasons, list, out->error);
	}
	/* one address needs no name: it is the target's */
	if (total > 1) {
		attempt_failed(out, furthest, "%s", buf_str(&reasons));
	} else if (strcmp(out->error, connect_error(ECONNREFUSED)) == 0) {
		attempt_failed(out, furthest, "connection refused");
	}
}

void probe_tcp(const struct target *target, const struct limits *limits, struct attempt_result *out)
{
	struct addrinfo *list = NULL;

	if (!resolve(target->host, target->port, limits, &list, out)) {
		return;
	}
	try_addresses(list, limits, out);
	freeaddrinfo(list);
}
