/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_GIT_COMMIT_FACTS_H
#define STEADY_GIT_COMMIT_FACTS_H

#include "git/git.h"
#include "model/commit_facts.h"

#include <stddef.h>

/*
 * What the commit with that full id says of itself, and at most `most` of the paths that differ from
 * its first parent, a root's all; of a renamed file both names. Where the first parent is not here (a
 * shallow clone) no paths, and they count as cut.
 *
 * *out is filled anew; the caller releases it. -1 (ERR_NOT_FOUND) when id, which may be any text, is
 * no commit here; then *out is empty.
 */
int git_commit_facts(struct git_repo *repo, const char *id, size_t most, struct commit_facts *out,
		     struct err *err);

#endif
