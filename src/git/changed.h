/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_GIT_CHANGED_H
#define STEADY_GIT_CHANGED_H

#include "git/git.h"

#include <stdint.h>

/* Does a change of that file count? Its path from the root of its repository, and from that of the
 * system. */
typedef bool changed_counts_fn(const char *path, const char *absolute, bool tracked, void *payload);

/*
 * A file of the work tree, or of a submodule in it, that somebody has changed or made since that moment
 * (ns since 1970, by the clock of the file system), so that it differs from HEAD or is not in it; ignored
 * ones never count. Of several the first one, as seen from the root; NULL none. The caller frees. -1 when
 * nobody can tell.
 */
int git_find_changed(struct git_repo *repo, int64_t since_ns, changed_counts_fn *counts,
		     void *payload, char **out);

#endif
