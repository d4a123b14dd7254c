/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_GIT_GIT_H
#define STEADY_GIT_GIT_H

#include "base/err.h"
#include "model/source.h"

/*
 * What the repository around a folder says. libgit2 is started with the first question and only
 * then; `git` itself answers for repositories that libgit2 refuses (SHA-256, reftable). Reads
 * only; runs no hooks; the owner of the folder does not matter.
 */
struct git_repo;

/* NULL when dir is in no repository (not an error), or in one that neither libgit2 nor git can
 * read (a warning). The caller closes. */
struct git_repo *git_open(const char *dir);
void git_close(struct git_repo *repo);

/* The work tree's root (borrowed; NULL for a bare repository) and the common git folder. */
const char *git_root(const struct git_repo *repo);
const char *git_common_dir(const struct git_repo *repo);

/* A name of the project that all its clones share: where it came from, without scheme and user; else
 * the common git folder. The caller frees. */
char *git_project(const struct git_repo *repo);

/*
 * Fills commit, tree, parents of `rev` (an object id, at least 4 digits, or NULL for HEAD) and the
 * branch for HEAD where they are still NULL, with who said it; never overwrites. An unborn HEAD
 * leaves them NULL. When source->commit is set and names another commit, nothing is filled: the
 * tree of one commit must not stand beside the name of another.
 * -1 when rev names no commit here.
 */
int git_describe(struct git_repo *repo, const char *rev, struct source *source, struct err *err);

/* Differences between HEAD's tree, index and work tree; untracked files count when asked for
 * (ignored ones never). True also, with a warning, when nobody can tell: such a tree must not pass
 * for the commit's. False for a bare repository. */
bool git_is_dirty(struct git_repo *repo, bool untracked_too);

#endif
