/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_OS_SPAWN_H
#define STEADY_OS_SPAWN_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * A new process with default signal actions, an empty mask and a process group of its own. It is
 * killed when the thread that made it ends, unless it changes its user or group (a setuid-root
 * program); what it has started itself is not.
 */
struct spawn {
	char *const *argv; /* argv[0] is looked for in our PATH */
	char *const *env;
	int fds[3]; /* stdin, stdout, stderr, from 3 on; the others close on exec if they do */
	bool own_session; /* a session of its own as well: no terminal */
};

/* 0, or errno. Costs the same however large this process is: it is not copied. All signals must be
 * blocked. */
int spawn(const struct spawn *spawn, pid_t *pid);

#endif
