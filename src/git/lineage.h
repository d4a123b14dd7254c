/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_GIT_LINEAGE_H
#define STEADY_GIT_LINEAGE_H

#include "base/clock.h"
#include "git/git.h"
#include "model/lineage.h"

#include <stddef.h>

/*
 * The commits named by `ids` and those between them, newest first by the committer's time: all
 * ancestors of the ids down to a day before the oldest of them, so that a branch that was merged
 * later is there too, with some commits that lie before all ids. At most `most`, of more the newest.
 *
 * ids are full object ids, in either case of letters, from wherever: what is no commit of this
 * repository (rewritten branches, shallow clones, any text) is left out, and so are parents that are
 * not here, though a commit still may name them. A commit dated more than that day before the oldest
 * id by a wrong clock ends its line.
 *
 * *out is filled anew; the caller releases it. -1 (ERR_IO) when the git program fails.
 */
int git_lineage(struct git_repo *repo, const struct strv *ids, size_t most, struct lineage *out,
		struct err *err);

/* How long before the oldest id the ancestors end. */
#define LINEAGE_SLACK_US US_PER_DAY

#endif
