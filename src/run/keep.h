/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_RUN_KEEP_H
#define STEADY_RUN_KEEP_H

#include "os/kept.h"
#include "run/collect.h"

/*
 * Retries must not change the user's own result files. keep_first() copies every matching file
 * aside as the first attempt left it; keep_restore() puts back what retries changed, and removes
 * files that only retries wrote.
 *
 * Nothing else is touched. A file is put back where it really lay, on a path that leads through no
 * link; when a folder has become a link meanwhile, or something else that a file cannot lie in, it
 * stays as it is, with a warning. A link at the file's name is replaced, not followed; a name that
 * was a link becomes that link again, and the file behind it gets its content back. Other hard
 * links of a file keep what the retries wrote.
 */
struct keep {
	VEC(struct kept_file)
	struct map index;  /* path → item */
	struct strv roots; /* canonical: the folders in which the globs look */
};

/* `store` is a folder of ours for the copies. Until keep_restore() the guardian puts them back when
 * we die; what only retries wrote then stays. */
void keep_first(struct keep *keep, const struct strv *globs, const char *store);

/* `before` was taken after keep_first() and before the first retry. */
void keep_restore(const struct keep *keep, const struct strv *globs, const struct snapshot *before);

void keep_release(struct keep *keep);

#endif
