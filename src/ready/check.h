/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_READY_CHECK_H
#define STEADY_READY_CHECK_H

#include "ready/wait.h"

/*
 * Can a wait for this target fail at all? A wait that cannot is no wait. One attempt is made at the
 * target as it is, one by the same kind of probe where nobody can answer (a port that nobody listens
 * at, a path, process or name that does not exist), and when a server is ready by an answer to a path,
 * one at a path that it cannot have. And does it pass too early? Where a tcp target is ready, attempts
 * by those protocols that steady speaks tell what the server says.
 */
struct check {
	bool made; /* false: there is no such question, or the machine refused */
	bool ready;
	char error[256]; /* why not ready; one clause */
};

struct target_checks {
	struct check now;
	struct check nobody;
	const char *nowhere; /* what was asked there: "where nobody listens"; "" nothing */
	struct check no_path;
	const char *protocol; /* what speaks at a tcp target that is ready: "redis"; NULL unknown */
	struct check by_protocol;
};

/* Each attempt ends within limit_us. False when a stop signal came: then they say nothing. */
bool target_check(const struct target *target, int64_t limit_us, struct target_checks *out);

/* As given, secrets masked. Borrowed. */
const char *target_text(const struct target *target);

#endif
