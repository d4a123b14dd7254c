/* SPDX-License-Identifier: Apache-2.0 */
#include "git/dirty.h"

#include "base/mem.h"

#include <git2.h>

struct comparison {
	git_repository *repository;
	git_index *index;
	bool dirty;
	bool unsure; /* some difference may be the work of a filter */
};

/* What git itself takes as unchanged: files left out of a sparse checkout, and those that the
 * user told it not to look at. */
static bool is_not_looked_at(const struct comparison *comparison, const char *path)
{
	const git_index_entry *entry = git_index_get_bypath(comparison->index, path, 0);

	return entry && ((entry->flags_extended & GIT_INDEX_ENTRY_SKIP_WORKTREE) ||
			 (entry->flags & GIT_INDEX_ENTRY_VALID));
}

static bool is_converted(const struct comparison *comparison, const char *path)
{
	static const char *const attributes[] = {"filter", "working-tree-encoding"};

	for (size_t i = 0; i < ARRAY_LEN(attributes); i++) {
		const char *value = NULL;

		if (git_attr_get(&value, comparison->repository, 0, path, attributes[i]) == 0 &&
		    git_attr_value(value) == GIT_ATTR_VALUE_STRING) {
			return true;
		}
	}
	return false;
}

/* Called for each difference before it is noted: negative stops, positive leaves it out. */
static int on_staged(const git_diff *so_far, const git_diff_delta *delta, const char *pathspec,
		     void *payload)
{
	struct comparison *comparison = payload;

	(void)so_far;
	(void)delta;
	(void)pathspec;
	comparison->dirty = true;
	return GIT_EUSER;
}

static int on_changed(const git_diff *so_far, const git_diff_delta *delta, const char *pathspec,
		      void *payload)
{
	struct comparison *comparison = payload;
	const char *path = delta->old_file.path;

	(void)so_far;
	(void)pathspec;
	if (delta->status == GIT_DELTA_DELETED && is_not_looked_at(comparison, path)) {
		return 1;
	}
	if (delta->status == GIT_DELTA_MODIFIED && is_converted(comparison, path)) {
		comparison->unsure = true;
		return 1;
	}
	/* An untracked folder is noted before anybody has looked into it, and taken back when it
	 * turns out empty or ignored: only the end tells. */
	if (delta->status == GIT_DELTA_UNTRACKED) {
		return 0;
	}
	comparison->dirty = true;
	return GIT_EUSER;
}

/* HEAD's tree; NULL before the first commit, which stands for the empty one. */
static int head_tree(git_repository *repository, git_tree **tree)
{
	git_object *commit = NULL;
	git_oid oid;
	int found = git_reference_name_to_id(&oid, repository, "HEAD");

	*tree = NULL;
	if (found == GIT_ENOTFOUND) {
		return 0;
	}
	if (found == 0) {
		found = git_object_lookup(&commit, repository, &oid, GIT_OBJECT_COMMIT);
	}
	if (found == 0) {
		found = git_commit_tree(tree, (git_commit *)commit);
	}
	git_object_free(commit);
	return found;
}

static int compare_staged(struct comparison *comparison)
{
	git_diff_options options;
	git_diff *diff = NULL;
	git_tree *tree = NULL;
	int done = head_tree(comparison->repository, &tree);

	git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
	options.notify_cb = on_staged;
	options.payload = comparison;
	if (done == 0) {
		done = git_diff_tree_to_index(&diff, comparison->repository, tree,
					      comparison->index, &options);
	}
	git_diff_free(diff);
	git_tree_free(tree);
	return done;
}

static int compare_changed(struct comparison *comparison, bool untracked_too)
{
	git_diff_options options;
	git_diff *diff = NULL;
	int done = 0;

	git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
	options.flags = GIT_DIFF_INCLUDE_TYPECHANGE;
	options.ignore_submodules = GIT_SUBMODULE_IGNORE_UNTRACKED;
	if (untracked_too) {
		options.flags |= GIT_DIFF_INCLUDE_UNTRACKED;
		options.ignore_submodules = GIT_SUBMODULE_IGNORE_NONE;
	}
	options.notify_cb = on_changed;
	options.payload = comparison;
	done = git_diff_index_to_workdir(&diff, comparison->repository, comparison->index,
					 &options);
	if (done == 0 && git_diff_num_deltas_of_type(diff, GIT_DELTA_UNTRACKED) > 0) {
		comparison->dirty = true;
	}
	git_diff_free(diff);
	return done;
}

int dirty_by_library(git_repository *repository, bool untracked_too, bool *dirty)
{
	struct comparison comparison = {.repository = repository};
	int done = git_repository_index(&comparison.index, repository);

	/* the library keeps the index between two questions; somebody may have written it since */
	if (done == 0) {
		done = git_index_read(comparison.index, 0);
	}
	if (done == 0) {
		done = compare_staged(&comparison);
	}
	if (done == 0) {
		done = compare_changed(&comparison, untracked_too);
	}
	git_index_free(comparison.index);
	*dirty = comparison.dirty;
	return comparison.dirty || (done == 0 && !comparison.unsure) ? 0 : -1;
}
