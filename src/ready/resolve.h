/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_READY_RESOLVE_H
#define STEADY_READY_RESOLVE_H

#include "ready/probe.h"

#include <netdb.h>

/*
 * The addresses of a host and port for a stream connection, within a limit. getaddrinfo() cannot
 * be told to hurry (a dead name server costs it many seconds), so names are looked up by a thread
 * that is left behind when the time is over. The caller frees *out with freeaddrinfo().
 * False, with the result filled in, when there is none.
 */
bool resolve(const char *host, const char *port, const struct limits *limits, struct addrinfo **out,
	     struct attempt_result *result);

#endif
