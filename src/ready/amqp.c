/* SPDX-License-Identifier: Apache-2.0 */
#include "ready/kinds.h"
#include "ready/wire.h"

#include <string.h>

/* The head of a frame, then class and method. */
#define FRAME_HEAD 11
#define FRAME_MAX  1048576u
#define PROTOCOL   "AMQP"

/* A server that cannot speak that version says which one it speaks. */
static bool judge(struct wire *wire, const unsigned char *head)
{
	static const unsigned char start[] = {0, 10, 0, 10};
	uint32_t size = wire_number(head + 3);

	if (memcmp(head, "AMQP", 4) == 0) {
		return wire_refused(wire, true, "speaks AMQP %d.%d.%d and not 0.9.1", head[5],
				    head[6], head[7]);
	}
	if (head[0] != 1 || head[1] || head[2] || size < sizeof(start) || size > FRAME_MAX ||
	    memcmp(head + 7, start, sizeof(start)) != 0) {
		return wire_strange(wire, PROTOCOL);
	}
	/* to the end of the frame, so that closing is no reset */
	return wire_skip(wire, size - sizeof(start) + 1);
}

static bool talk(const struct target *target, const struct peer *peer, const struct limits *limits,
		 struct attempt_result *out)
{
	static const unsigned char hello[] = {'A', 'M', 'Q', 'P', 0, 0, 9, 1};
	struct wire wire = wire_open(peer, limits, out);
	unsigned char head[FRAME_HEAD];

	(void)target;
	/* the shorter answer first: the other version is eight bytes */
	if (!wire_send(&wire, hello, sizeof(hello)) || !wire_read(&wire, head, sizeof(hello))) {
		return false;
	}
	if (memcmp(head, "AMQP", 4) != 0 &&
	    !wire_read(&wire, head + sizeof(hello), sizeof(head) - sizeof(hello))) {
		return false;
	}
	if (!judge(&wire, head)) {
		return false;
	}
	attempt_reach(out, STAGE_APPLICATION);
	return true;
}

void probe_amqp(const struct target *target, const struct limits *limits,
		struct attempt_result *out)
{
	net_try(target, limits, talk, out);
}
