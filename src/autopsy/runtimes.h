/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_AUTOPSY_RUNTIMES_H
#define STEADY_AUTOPSY_RUNTIMES_H

#include "base/vec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Language runtimes that print where all their threads are when asked by a signal. This is a plan
 * only: who ends the command sends the signals, after the autopsy. A process without a handler for
 * the signal would simply die of it, so a dump is `ready` only if the kernel says there is one.
 */
struct runtime {
	const char *name;
	int signal;
	bool kills;          /* it ends after the dump: only as the first signal of the end */
	const char *writes;  /* where the dump goes */
	const char *prepare; /* what to set before the start when it is not ready; NULL nothing */
	const char *caution; /* NULL none */
};

struct dump {
	pid_t pid;
	uint64_t start;
	const struct runtime *runtime;
	bool ready;
};

struct dump_list {
	VEC(struct dump)
};

/* By the path of the program; NULL unknown. Pure, as all that follow. */
const struct runtime *runtime_by_program(const char *exe);

/* By the libraries in the text of /proc/PID/maps: an embedded runtime. */
const struct runtime *runtime_by_maps(const char *maps);

/* By the first bytes of the program: Go leaves a note there. */
const struct runtime *runtime_by_elf(const void *data, size_t len);

/* caught: bit n-1 for a handler of signal n, as in /proc/PID/status. */
bool runtime_is_ready(const struct runtime *runtime, uint64_t caught);

/* A handler of any signal that a runtime of the table could use. */
bool runtime_is_likely(uint64_t caught);

#endif
