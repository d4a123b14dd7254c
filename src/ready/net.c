/* SPDX-License-Identifier: Apache-2.0 */
#include "ready/net.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "ready/resolve.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ADDRESSES_MAX 8

void net_close(int fd)
{
	char greeting[4096];

	/* unread bytes would turn the close into a reset, which some servers count as an attack */
	while (recv(fd, greeting, sizeof(greeting), MSG_DONTWAIT) > 0) {
	}
	close(fd);
}

void net_cleanup(int *fd)
{
	if (*fd >= 0) {
		net_close(*fd);
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

/* A port that nobody listens on refuses; only an open connection can be reset. */
bool net_broken(int code, enum wait_stage stage, struct attempt_result *out)
{
	if (code == ECONNRESET || code == EPIPE) {
		return attempt_failed(out, stage, "connected, then reset%s",
				      stage == STAGE_SETTLE ? " at once" : "");
	}
	return attempt_failed(out, stage, "connected, then %s", strerror(code));
}

static bool not_connected(int code, struct attempt_result *out)
{
	out->gone = code == ECONNREFUSED;
	out->absent = code == EAFNOSUPPORT || code == EADDRNOTAVAIL;
	return attempt_failed(out, out->gone ? STAGE_LISTEN : STAGE_CONNECT, "%s",
			      connect_error(code));
}

static bool finish_connect(int fd, const struct limits *limits, struct attempt_result *out)
{
	enum patience patience = PATIENCE_TIMEOUT;
	int code = 0;
	socklen_t len = sizeof(code);

	patience = wait_for_fd(fd, POLLOUT, limits);
	if (patience == PATIENCE_STOPPED) {
		return attempt_stopped(out, STAGE_CONNECT);
	}
	if (patience == PATIENCE_TIMEOUT) {
		return attempt_failed(out, STAGE_CONNECT, "no answer");
	}
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &len) < 0) {
		code = errno;
	}
	if (code == ECONNRESET) {
		return net_broken(code, STAGE_SETTLE, out);
	}
	return code == 0 || not_connected(code, out);
}

static bool try_address(const struct target *target, const struct addrinfo *address, talk_fn *talk,
			const struct limits *limits, struct attempt_result *out)
{
	CLEANUP(net_cleanup)
	int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	const struct peer peer = {fd, address};

	out->peer = endpoint_of(address->ai_addr);
	if (fd < 0) {
		return not_connected(errno, out);
	}
	if (connect(fd, address->ai_addr, address->ai_addrlen) < 0) {
		if (errno != EINPROGRESS) {
			return not_connected(errno, out);
		}
		if (!finish_connect(fd, limits, out)) {
			return false;
		}
	}
	if (is_own_end(fd)) {
		return not_connected(ECONNREFUSED, out);
	}
	attempt_reach(out, STAGE_CONNECT);
	return talk(target, &peer, limits, out);
}

void net_address(const struct addrinfo *address, char *out, size_t size)
{
	if (getnameinfo(address->ai_addr, address->ai_addrlen, out, (socklen_t)size, NULL, 0,
			NI_NUMERICHOST) != 0) {
		snprintf(out, size, "?");
	}
}

static void add_reason(struct buf *reasons, const struct addrinfo *address, const char *reason)
{
	char name[NI_MAXHOST];

	net_address(address, name, sizeof(name));
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

/* Several addresses, tried one after the other. */
struct round {
	size_t total, refused, absent;
	struct attempt_result furthest; /* the first of those that got so far */
	struct buf reasons;
};

static void note(struct round *round, const struct addrinfo *address,
		 const struct attempt_result *result)
{
	round->refused += result->gone;
	round->absent += result->absent;
	if (!round->furthest.peer.family || result->stage > round->furthest.stage) {
		round->furthest = *result;
	}
	add_reason(&round->reasons, address, result->error);
}

static void sum_up(const struct round *round, struct attempt_result *out)
{
	*out = round->furthest;
	out->gone = round->refused > 0 && round->refused + round->absent == round->total;
	/* another one that answers may still come round */
	out->permanent = out->permanent && round->refused + round->absent + 1 == round->total;
	/* one address needs no name: it is the target's */
	if (round->total > 1) {
		attempt_failed(out, out->stage, "%s", buf_str(&round->reasons));
	} else if (out->gone) {
		attempt_failed(out, out->stage, "connection refused");
	}
}

/* What the address before said; what it has passed stays. */
static void forget(struct attempt_result *out)
{
	struct attempt_result fresh = {.stage = STAGE_LISTEN};

	memcpy(fresh.passed_us, out->passed_us, sizeof(fresh.passed_us));
	*out = fresh;
}

/* Each address gets its share of the time that is left, so that a silent one cannot starve the
 * others. The furthest stage of all is kept. */
static void try_addresses(const struct target *target, const struct addrinfo *list, talk_fn *talk,
			  const struct limits *limits, struct attempt_result *out)
{
	struct round round = {.total = count(list), .reasons = BUF_INIT(sizeof(out->error) - 1)};

	for (size_t left = round.total; left > 0; left--, list = list->ai_next) {
		int64_t now = clock_mono_us();
		const struct limits share = {
			now + (limits->until_us - now) / (int64_t)left,
			limits->stop_fd,
		};

		forget(out);
		out->ready = try_address(target, list, talk, &share, out);
		if (out->ready || out->stopped) {
			buf_release(&round.reasons);
			return;
		}
		note(&round, list, out);
	}
	sum_up(&round, out);
	buf_release(&round.reasons);
}

void net_try(const struct target *target, const struct limits *limits, talk_fn *talk,
	     struct attempt_result *out)
{
	struct addrinfo *list = NULL;

	if (!resolve(target->host, target->port, limits, &list, out)) {
		out->gone = false; /* a mistyped name is no service that has ended */
		return;
	}
	attempt_reach(out, STAGE_LISTEN);
	try_addresses(target, list, talk, limits, out);
	freeaddrinfo(list);
}
