/* SPDX-License-Identifier: Apache-2.0 */
#include "git/tree_paths.h"

#include "git/object.h"
#include "git/paths.h"
#include "git/program_commits.h"
#include "git/repo.h"

#include <git2.h>

static int list(const struct git_repo *repo, const char *commit, struct path_list *paths)
{
	git_oid id;

	if (!repo->library) {
		return program_tree_paths(repo->dir, commit, paths);
	}
	return git_oid_fromstr(&id, commit) < 0 ? -1
						: paths_by_library(repo->library, NULL, &id, paths);
}

int git_tree_paths(struct git_repo *repo, size_t most, struct strv *out, struct err *err)
{
	struct path_list paths = {.paths = out, .most = most};
	CLEANUP(source_release) struct source head = {0};

	*out = (struct strv){0};
	if (git_describe(repo, NULL, &head, err) < 0) {
		return -1;
	}
	if (!head.commit) {
		return 0;
	}
	if (list(repo, head.commit, &paths) < 0 || paths.cut) {
		strv_release(out);
		return err_set(err, ERR_IO, "%s of %s", paths.cut ? "too many files" : "no listing",
			       head.commit);
	}
	strv_sort(out);
	return 0;
}
