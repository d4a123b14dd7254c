/* SPDX-License-Identifier: Apache-2.0 */
#include "git/changed.h"

#include "base/clock.h"
#include "base/mem.h"
#include "git/program.h"
#include "git/repo.h"
#include "os/file.h"

#include <sys/stat.h>

/* Its entry tells when it was written, replaced or renamed. */
static bool is_changed_since(const char *path, int64_t since_ns)
{
	struct stat st;

	return lstat(path, &st) == 0 &&
	       (int64_t)st.st_ctim.tv_sec * 1000 * US_PER_S + st.st_ctim.tv_nsec >= since_ns;
}

/* The git program is asked: it knows filters, sparse checkouts and all kinds of index, and it can be
 * stopped where a file system hangs. */
char *git_find_changed(struct git_repo *repo, int64_t since_ns, changed_spare_fn *spare,
		       void *payload)
{
	CLEANUP(strv_release) struct strv paths = {0};

	if (!repo->root || program_changed(repo->root, &paths) < 0) {
		return NULL;
	}
	VEC_EACH (char *, path, &paths) {
		AUTO_FREE char *absolute = path_join(repo->root, *path);

		if (is_changed_since(absolute, since_ns) && !spare(absolute, payload)) {
			return mem_str(*path);
		}
	}
	return NULL;
}
