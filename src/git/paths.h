/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_GIT_PATHS_H
#define STEADY_GIT_PATHS_H

#include "base/strv.h"

#include <stdbool.h>
#include <stddef.h>

struct git_oid;
struct git_repository;

/* Inside the room: a list of paths with a maximum. */
struct path_list {
	struct strv *paths; /* borrowed */
	size_t most;
	bool cut; /* there were more */
};

/* Copies the path; false, and cut, when the list is full. */
bool path_list_add(struct path_list *list, const char *path);

/* The paths that differ between two commits, by libgit2, from the root of the tree; of a renamed file
 * both names. from NULL: all of `to`. -1 when an object is not here; then some may be missing. */
int paths_by_library(struct git_repository *library, const struct git_oid *from,
		     const struct git_oid *to, struct path_list *list);

#endif
