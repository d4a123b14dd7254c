/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_GIT_TRUNK_H
#define STEADY_GIT_TRUNK_H

#include "git/git.h"

/*
 * The commit that the default branch is at: what origin's HEAD stands for, else origin's main or
 * master, else the local ones. NULL when there is none. *name (which may be NULL) gets the branch,
 * "main", or NULL. The caller frees both.
 */
char *git_trunk(struct git_repo *repo, char **name);

#endif
