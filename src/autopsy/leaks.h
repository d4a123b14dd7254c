/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_AUTOPSY_LEAKS_H
#define STEADY_AUTOPSY_LEAKS_H

#include "base/strv.h"

#include <stdint.h>
#include <sys/types.h>

/* A process that outlived what started it, for the ledger. Owns its texts. */
struct leak {
	pid_t pid;
	uint64_t start; /* with the pid its identity */
	char *comm;
	char *exe;           /* NULL when it may not be read */
	char *command;       /* the command line, cut; NULL when it cannot be read */
	struct strv listens; /* "127.0.0.1:8080", or paths of UNIX sockets */
};

struct leak_list {
	VEC(struct leak)
};

/* Appends a row for each of the processes that still exists. Take it before they are ended. Within
 * AUTOPSY_BUDGET_US. */
void leaks_take(const pid_t *pids, size_t len, struct leak_list *out);
void leaks_release(struct leak_list *leaks);

#endif
