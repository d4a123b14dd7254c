/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_GIT_DIRTY_H
#define STEADY_GIT_DIRTY_H

#include <stdbool.h>

struct git_repository;

/*
 * Whether HEAD's tree, the index and the work tree differ, by libgit2; stops at the first
 * difference. Untracked folders are looked into only as far as needed, ignored ones never.
 * -1 when libgit2 cannot say, because it cannot read the index, or because a file that differs
 * goes through a filter or encoding that only the git program applies.
 */
int dirty_by_library(struct git_repository *repository, bool untracked_too, bool *dirty);

#endif
