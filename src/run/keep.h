/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_RUN_KEEP_H
#define STEADY_RUN_KEEP_H

#include "run/collect.h"

#include <sys/stat.h>

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
struct kept_file {
	char *path; /* as it matched */
	char *copy;
	struct stat st;
	char *folder, *name;           /* where the file lies; the folder is canonical */
	char *link;                    /* the text, when the path is a symbolic link; else NULL */
	char *link_folder, *link_name; /* where that lies */
};

struct keep {
	VEC(struct kept_file)
	struct map index;  /* path → item */
	struct strv roots; /* canonical: the folders in which the globs look */
};

/* `store` is a folder of ours for the copies. */
void keep_first(struct keep *keep, const struct strv *globs, const char *store);

/* `before` was taken after keep_first() and before the first retry. */
void keep_restore(const struct keep *keep, const struct strv *globs, const struct snapshot *before);

void keep_release(struct keep *keep);

#endif
