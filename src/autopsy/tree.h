/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_AUTOPSY_TREE_H
#define STEADY_AUTOPSY_TREE_H

#include "autopsy/budget.h"
#include "autopsy/facts.h"

/* Which processes belong to a command. */
struct stat_list {
	VEC(struct stat_fact)
};

/* Every process of the machine that can be seen. False without /proc. */
bool tree_scan(struct budget *budget, struct stat_list *out);

/*
 * Appends root and its descendants, parents first, then what the subreaper (0 none) adopted and
 * their descendants; never `self`. More than AUTOPSY_PROCS_MAX are only counted. Pure.
 */
void tree_select(const struct stat_list *all, pid_t root, pid_t subreaper, pid_t self,
		 struct facts *out);

#endif
