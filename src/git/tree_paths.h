/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_GIT_TREE_PATHS_H
#define STEADY_GIT_TREE_PATHS_H

#include "base/strv.h"
#include "git/git.h"

/* The paths of all files of HEAD's commit, from the root of the repository, sorted by bytes. Nothing on an unborn branch. -1 when
 * git cannot say, or there are more than `most`. The caller releases *out. */
int git_tree_paths(struct git_repo *repo, size_t most, struct strv *out, struct err *err);

#endif
