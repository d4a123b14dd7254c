/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_GIT_BETWEEN_H
#define STEADY_GIT_BETWEEN_H

#include "git/git.h"

#include <stddef.h>

/*
 * What a pull request changes: the paths that differ between `head` and its merge base with `base`
 * (one of them, where there are several), at most `most`. Full ids. *out is filled anew.
 *
 * -1 when one of them is no commit here, or when nothing that is here is an ancestor of both
 * (ERR_NOT_FOUND); when they cannot be compared (ERR_IO).
 */
int git_paths_between(struct git_repo *repo, const char *base, const char *head, size_t most,
		      struct strv *out, struct err *err);

#endif
