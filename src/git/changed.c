/* SPDX-License-Identifier: Apache-2.0 */
#include "git/changed.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "git/program.h"
#include "git/repo.h"
#include "os/file.h"

#include <git2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define DEPTH_MAX 4 /* of submodules in submodules */

struct search {
	int64_t since_ns;
	changed_counts_fn *counts;
	void *payload;
	char *found;
};

/* Its entry tells when it was written, replaced or renamed. */
static bool is_changed_since(const struct stat *st, int64_t since_ns)
{
	return (int64_t)st->st_ctim.tv_sec * 1000 * US_PER_S + st->st_ctim.tv_nsec >= since_ns;
}

static int search_below(struct search *search, const char *root, int depth);

static int look_at(struct search *search, const char *root, const char *path, bool tracked,
		   int depth)
{
	AUTO_FREE char *absolute = path_join(root, path);
	struct stat st;

	if (search->found || lstat(absolute, &st) < 0) {
		return 0;
	}
	if (S_ISDIR(st.st_mode)) {
		/* a repository in this one */
		return depth < DEPTH_MAX ? search_below(search, absolute, depth + 1) : 0;
	}
	if (is_changed_since(&st, search->since_ns) &&
	    search->counts(path, absolute, tracked, search->payload)) {
		search->found = mem_str(absolute);
	}
	return 0;
}

/* The git program knows filters, sparse checkouts and all kinds of index, and it can be stopped where
 * a file system hangs. */
static int search_below(struct search *search, const char *root, int depth)
{
	CLEANUP(strv_release) struct strv tracked = {0};
	CLEANUP(strv_release) struct strv untracked = {0};
	int rc = program_changed(root, &tracked, &untracked);

	for (size_t i = 0; rc == 0 && i < tracked.len; i++) {
		rc = look_at(search, root, tracked.items[i], true, depth);
	}
	for (size_t i = 0; rc == 0 && i < untracked.len; i++) {
		rc = look_at(search, root, untracked.items[i], false, depth);
	}
	return rc;
}

/* Where there is no git program. */
static int search_by_library(struct search *search, const struct git_repo *repo)
{
	git_status_options options;
	git_status_list *list = NULL;

	git_status_options_init(&options, GIT_STATUS_OPTIONS_VERSION);
	options.flags = GIT_STATUS_OPT_INCLUDE_UNTRACKED | GIT_STATUS_OPT_RECURSE_UNTRACKED_DIRS;
	if (!repo->library || git_status_list_new(&list, repo->library, &options) < 0) {
		return -1;
	}
	for (size_t i = 0; i < git_status_list_entrycount(list); i++) {
		const git_status_entry *entry = git_status_byindex(list, i);
		const git_diff_delta *delta =
			entry->index_to_workdir ? entry->index_to_workdir : entry->head_to_index;

		if (delta) {
			look_at(search, repo->root, delta->new_file.path,
				!(entry->status & GIT_STATUS_WT_NEW), DEPTH_MAX);
		}
	}
	git_status_list_free(list);
	return 0;
}

int git_find_changed(struct git_repo *repo, int64_t since_ns, changed_counts_fn *counts,
		     void *payload, char **out)
{
	struct search search = {since_ns, counts, payload, NULL};
	size_t len = repo->root ? strlen(repo->root) : 0;
	int rc = -1;

	*out = NULL;
	if (!repo->root) {
		return 0;
	}
	rc = search_below(&search, repo->root, 0);
	if (rc < 0) {
		rc = search_by_library(&search, repo);
	}
	if (search.found) {
		*out = mem_str(search.found + len + (search.found[len] == '/'));
		free(search.found);
	}
	return *out ? 0 : rc;
}
