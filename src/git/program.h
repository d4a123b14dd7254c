/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_GIT_PROGRAM_H
#define STEADY_GIT_PROGRAM_H

#include "base/buf.h"
#include "model/source.h"

#include <stdbool.h>

/*
 * The `git` program's answers, for repositories that libgit2 cannot read. Every call gets the
 * folder by -C and looks at that folder only: GIT_DIR and the like, which a hook leaves in the
 * environment, are taken out. Nothing is fetched, written or run (no lazy fetch, no optional
 * locks, no fsmonitor), and the folder's owner does not matter.
 */

/* Longer messages of commits are cut: the header stands in front. */
#define PROGRAM_ANSWER_MAX 65536

#define PROGRAM_LIST_MAX ((size_t)16 << 20)

/* Appends git's answer to `words` (NULL-terminated) asked in dir; -1 when it fails. */
int program_ask(const char *dir, const char *const *words, struct buf *out);

/* The first line of the answer, or NULL when there is none. The caller frees. */
char *program_line(const char *dir, const char *const *words);

/* Where the repository of dir lies: the common git folder and the work tree's root (NULL for a
 * bare repository). The caller frees both. -1 when git finds none or cannot read it. */
int program_find(const char *dir, char **common, char **root);

/* One commit: its id, tree and parents (grafts and replacements are not applied), given as new
 * strings. rev is checked by the caller. -1 when there is no such commit. */
int program_commit(const char *dir, const char *rev, struct source *out);

/* The branch that HEAD names, born or not; NULL when detached. The caller frees. */
char *program_branch(const char *dir);

/* The files that differ from HEAD and those that git does not know, as seen from the root; ignored and
 * deleted ones are left out. -1 when git cannot say. */
int program_changed(const char *dir, struct strv *tracked, struct strv *untracked);

/* -1 when git cannot say. */
int program_is_dirty(const char *dir, bool untracked_too, bool *dirty);

#endif
