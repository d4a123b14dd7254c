/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_READY_WIRE_H
#define STEADY_READY_WIRE_H

#include "ready/net.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Bytes over a connection, within the limits of an attempt. What comes is from outside: whoever
 * reads says how much at most. All return false with the result filled in at the stage "protocol"
 * when it does not come.
 */
struct wire {
	int fd;
	const struct limits *limits;
	struct attempt_result *out;
	bool heard; /* something was read */
};

struct wire wire_open(const struct peer *peer, const struct limits *limits,
		      struct attempt_result *out);
bool wire_send(struct wire *wire, const void *data, size_t len);
bool wire_read(struct wire *wire, void *data, size_t len); /* all of it */
bool wire_skip(struct wire *wire, size_t len);

/* Up to a line's end, without it; a longer line is no answer of that protocol. */
bool wire_line(struct wire *wire, char *line, size_t size, const char *protocol);

/* Four bytes in the order of the network. */
uint32_t wire_number(const unsigned char *at);

/* "the answer is not PROTOCOL". Returns false. */
bool wire_strange(struct wire *wire, const char *protocol);

/* A failure that the server tells itself. Returns false. */
bool wire_refused(struct wire *wire, bool permanent, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
