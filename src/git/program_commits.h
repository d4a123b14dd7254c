/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_GIT_PROGRAM_COMMITS_H
#define STEADY_GIT_PROGRAM_COMMITS_H

#include "git/paths.h"
#include "model/lineage.h"
#include "model/source.h"

#include <stddef.h>

/*
 * What the `git` program says of commits, by the rules of program.h. An id that is handed in has to
 * be a full one (id_is_full()) unless it says otherwise: hex digits are no option and no path.
 */

/* See git_lineage(): ids may be any texts. *out is empty at first; -1 when git fails. */
int program_lineage(const char *dir, const struct strv *ids, size_t most, struct lineage *out);

/* program_commit() for exactly that commit: no tag of it, and no branch of that name. */
int program_full_commit(const char *dir, const char *id, struct source *out);

/* The author's name and the subject, in UTF-8 if git knows the encoding. The caller frees both. */
int program_message(const char *dir, const char *id, char **author, char **summary);

/* As paths_by_library(). -1 when git cannot say. */
int program_paths(const char *dir, const char *from, const char *to, struct path_list *list);

/* The paths of all files of the commit, as program_paths(). */
int program_tree_paths(const char *dir, const char *commit, struct path_list *list);

/* A merge base; NULL none. The caller frees. */
char *program_merge_base(const char *dir, const char *a, const char *b);

/* The commit of a reference (refs/…), and the one that this one stands for. The caller frees both. */
char *program_reference(const char *dir, const char *name, char **full);

#endif
