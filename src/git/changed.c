/* SPDX-License-Identifier: Apache-2.0 */
#include "git/changed.h"

#include "base/clock.h"
#include "base/mem.h"
#include "git/repo.h"
#include "os/file.h"

#include <git2.h>
#include <sys/stat.h>

/* Its entry tells when it was written or replaced; of one that is gone, the folder's. */
static bool is_changed_since(const char *path, int64_t since_ns)
{
	AUTO_FREE char *folder = path_dir(path);
	struct stat st;

	if (lstat(path, &st) < 0 && lstat(folder, &st) < 0) {
		return true;
	}
	return (int64_t)st.st_ctim.tv_sec * 1000 * US_PER_S + st.st_ctim.tv_nsec >= since_ns;
}

static const char *path_of(const git_status_entry *entry)
{
	const git_diff_delta *delta = entry->index_to_workdir;

	return delta ? delta->new_file.path : NULL;
}

char *git_find_changed(struct git_repo *repo, int64_t since_ns, changed_spare_fn *spare,
		       void *payload)
{
	git_status_options options;
	git_status_list *list = NULL;
	char *found = NULL;

	if (!repo->library || !repo->root) {
		return NULL;
	}
	git_status_options_init(&options, GIT_STATUS_OPTIONS_VERSION);
	options.show = GIT_STATUS_SHOW_WORKDIR_ONLY;
	options.flags = GIT_STATUS_OPT_INCLUDE_UNTRACKED | GIT_STATUS_OPT_RECURSE_UNTRACKED_DIRS |
			GIT_STATUS_OPT_EXCLUDE_SUBMODULES;
	if (git_status_list_new(&list, repo->library, &options) < 0) {
		return NULL;
	}
	for (size_t i = 0; !found && i < git_status_list_entrycount(list); i++) {
		const char *path = path_of(git_status_byindex(list, i));
		AUTO_FREE char *absolute = path ? path_join(repo->root, path) : NULL;

		if (absolute && is_changed_since(absolute, since_ns) && !spare(absolute, payload)) {
			found = mem_str(path);
		}
	}
	git_status_list_free(list);
	return found;
}
