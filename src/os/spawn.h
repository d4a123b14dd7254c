/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_OS_SPAWN_H
#define STEADY_OS_SPAWN_H

#include <stdbool.h>
#include <sys/types.h>

/* A new process with default signal actions, an empty mask and a process group of its own. */
struct spawn {
	char *const *argv; /* argv[0] is looked for in PATH */
	char *const *env;
	int fds[3];       /* stdin, stdout, stderr; the others close if they are close-on-exec */
	bool own_session; /* a session of its own as well: no terminal */
};

/* 0, or errno. Costs the same however large this process is: it is not copied. */
int spawn(const struct spawn *spawn, pid_t *pid);

#endif
