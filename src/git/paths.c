/* SPDX-License-Identifier: Apache-2.0 */
#include "git/paths.h"

#include <git2.h>

bool path_list_add(struct path_list *list, const char *path)
{
	if (list->paths->len >= list->most) {
		list->cut = true;
		return false;
	}
	strv_add(list->paths, path);
	return true;
}

/* Called for each difference before it is noted: negative stops, positive leaves it out. */
static int on_difference(const git_diff *so_far, const git_diff_delta *delta, const char *pathspec,
			 void *payload)
{
	(void)so_far;
	(void)pathspec;
	return path_list_add(payload, delta->new_file.path) ? 1 : GIT_EUSER;
}

static int tree_of(git_repository *library, const git_oid *id, git_tree **out)
{
	git_commit *commit = NULL;
	int done = git_commit_lookup(&commit, library, id);

	if (done == 0) {
		done = git_commit_tree(out, commit);
	}
	git_commit_free(commit);
	return done;
}

int paths_by_library(git_repository *library, const git_oid *from, const git_oid *to,
		     struct path_list *list)
{
	git_diff_options options;
	git_diff *diff = NULL;
	git_tree *old = NULL, *new = NULL;
	int done = from ? tree_of(library, from, &old) : 0;

	git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
	options.flags = GIT_DIFF_INCLUDE_TYPECHANGE;
	options.ignore_submodules = GIT_SUBMODULE_IGNORE_NONE;
	options.notify_cb = on_difference;
	options.payload = list;
	if (done == 0) {
		done = tree_of(library, to, &new);
	}
	if (done == 0) {
		done = git_diff_tree_to_tree(&diff, library, old, new, &options);
	}
	git_diff_free(diff);
	git_tree_free(old);
	git_tree_free(new);
	return done == 0 || list->cut ? 0 : -1;
}
