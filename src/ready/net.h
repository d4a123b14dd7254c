/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_READY_NET_H
#define STEADY_READY_NET_H

#include "ready/probe.h"

#include <netdb.h>

/* The other end of a connection. */
struct peer {
	int fd; /* non-blocking; stays ours */
	const struct addrinfo *address;
};

/* What a probe does with an open connection; false, with the result filled in, when not ready. */
typedef bool talk_fn(const struct target *target, const struct peer *peer,
		     const struct limits *limits, struct attempt_result *out);

/*
 * Connects to the target's host and port and talks: to every address of the name in turn until one
 * is ready. Closes politely. The error tells all addresses apart when there are several; the rest of the
 * result is that of the one that got furthest; gone is set when all of them refuse.
 */
void net_try(const struct target *target, const struct limits *limits, talk_fn *talk,
	     struct attempt_result *out);

/* Ready when the connection stays open for a while, or the other side speaks first. */
talk_fn net_settle;

/* Closes; what was not read is, so that the other side sees an orderly end. */
void net_close(int fd);
void net_cleanup(int *fd); /* the same unless negative, for CLEANUP */

/* The failure of a connection that was open, for an errno value, at that stage. Returns false. */
bool net_broken(int code, enum wait_stage stage, struct attempt_result *out);

/* "127.0.0.1" */
void net_address(const struct addrinfo *address, char *out, size_t size);

#endif
