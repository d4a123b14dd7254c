/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_AUTOPSY_LOCKS_H
#define STEADY_AUTOPSY_LOCKS_H

#include "base/vec.h"

#include <stdbool.h>
#include <sys/types.h>

/* Who waits for a file lock of whom, from /proc/locks. */
struct lock_fact {
	pid_t waiter, holder; /* holder -1: an open file description, nobody in particular */
};

struct lock_list {
	VEC(struct lock_fact)
};

/* Appends the waits in the text of /proc/locks. Pure. */
void locks_parse(const char *text, struct lock_list *out);

/* The first wait of the process, or NULL. */
const struct lock_fact *locks_find(const struct lock_list *locks, pid_t waiter);

#endif
