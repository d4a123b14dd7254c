/* SPDX-License-Identifier: Apache-2.0 */
#include "git/between.h"

#include "base/mem.h"
#include "git/object.h"
#include "git/paths.h"
#include "git/program_commits.h"
#include "git/repo.h"

#include <git2.h>

static bool is_here(const struct git_repo *repo, const char *id)
{
	CLEANUP(source_release) struct source ignored = {0};
	AUTO_COMMIT commit = NULL;

	if (!id_is_full(id)) {
		return false;
	}
	if (!repo->library) {
		return program_full_commit(repo->dir, id, &ignored) == 0;
	}
	commit = object_commit(repo->library, id);
	return commit != NULL;
}

/* The caller frees. */
static char *merge_base(const struct git_repo *repo, const char *base, const char *head)
{
	git_oid a, b, found;

	/* at a parent that a shallow clone does not have the library gives up (and leaks), although it
	 * lies behind a base that is there */
	if (!repo->library || git_repository_is_shallow(repo->library)) {
		return program_merge_base(repo->dir, base, head);
	}
	if (git_oid_fromstr(&a, base) < 0 || git_oid_fromstr(&b, head) < 0 ||
	    git_merge_base(&found, repo->library, &a, &b) < 0) {
		return NULL;
	}
	return id_text(&found);
}

static int compare(const struct git_repo *repo, const char *from, const char *to,
		   struct path_list *paths)
{
	git_oid a, b;

	if (!repo->library) {
		return program_paths(repo->dir, from, to, paths);
	}
	if (git_oid_fromstr(&a, from) < 0 || git_oid_fromstr(&b, to) < 0) {
		return -1;
	}
	return paths_by_library(repo->library, &a, &b, paths);
}

int git_paths_between(struct git_repo *repo, const char *base, const char *head, size_t most,
		      struct strv *out, struct err *err)
{
	struct path_list paths = {.paths = out, .most = most};
	AUTO_FREE char *fork = NULL;

	*out = (struct strv){0};
	if (!is_here(repo, base)) {
		return id_not_here(base, err);
	}
	if (!is_here(repo, head)) {
		return id_not_here(head, err);
	}
	fork = merge_base(repo, base, head);
	if (!fork) {
		return err_set(err, ERR_NOT_FOUND, "%s and %s have no common ancestor here", base,
			       head);
	}
	if (compare(repo, fork, head, &paths) < 0) {
		strv_release(out);
		return err_set(err, ERR_IO, "%s and %s cannot be compared", fork, head);
	}
	return 0;
}
