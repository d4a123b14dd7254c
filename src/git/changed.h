/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_GIT_CHANGED_H
#define STEADY_GIT_CHANGED_H

#include "git/git.h"

#include <stdint.h>

/* Whose changes do not count; the path is absolute. */
typedef bool changed_spare_fn(const char *path, void *payload);

/*
 * A file of the work tree that somebody has changed or made since that moment (ns since 1970, by the
 * clock of the file system), so that it differs from HEAD or is not in it; ignored ones never count. Its path from the root, of several the first one; NULL none, or nobody can
 * tell. The caller frees.
 */
char *git_find_changed(struct git_repo *repo, int64_t since_ns, changed_spare_fn *spare,
		       void *payload);

#endif
