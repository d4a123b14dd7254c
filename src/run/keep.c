/* SPDX-License-Identifier: Apache-2.0 */
#include "run/keep.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/folder.h"
#include "os/guard.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void keep_release(struct keep *keep)
{
	VEC_EACH (struct kept_file, file, keep) {
		kept_file_release(file);
	}
	VEC_FREE(keep);
	map_release(&keep->index);
	strv_release(&keep->roots);
}

/* The canonical folder and the name of a path whose last part is not followed. */
static void split(const char *path, char **folder, char **name)
{
	AUTO_FREE char *dir = path_dir(path);

	*folder = folder_real(dir);
	*name = mem_str(path_base(path));
}

static void note_link(struct kept_file *file)
{
	file->link = folder_read_link(AT_FDCWD, file->path);
	if (file->link) {
		split(file->path, &file->link_folder, &file->link_name);
	}
}

static void keep_one(struct keep *keep, const char *path, const char *store)
{
	struct kept_file file = {
		.path = mem_str(path),
		.copy = mem_fmt("%s/first-%zu.xml", store, keep->len),
	};
	AUTO_FREE char *real = realpath(path, NULL);
	struct err err = ERR_INIT;

	if (!real || stat(real, &file.st) < 0 || file_copy(real, file.copy, &err) < 0) {
		log_warning("%s will not be put back after the retries: %s", path,
			    str_or(err.msg, "it vanished"));
		kept_file_release(&file);
		return;
	}
	split(real, &file.folder, &file.name);
	note_link(&file);
	map_put(&keep->index, path, keep->len);
	*VEC_PUSH(keep) = file;
}

/* The folder in which a glob begins to look: what stands before its first wildcard. */
static char *glob_root(const char *glob)
{
	AUTO_FREE char *start =
		mem_strn(glob, file_exists(glob) ? strlen(glob) : strcspn(glob, "*?["));
	AUTO_FREE char *dir = path_dir(start);

	return folder_real(dir);
}

static void tell_guardian(const struct keep *keep)
{
	CLEANUP(buf_release) struct buf packed = BUF_INIT(BUF_OWN_MAX);

	VEC_EACH (const struct kept_file, file, keep) {
		kept_file_pack(file, &packed);
	}
	guard_kept(buf_str(&packed), packed.len);
}

void keep_first(struct keep *keep, const struct strv *globs, const char *store)
{
	CLEANUP(strv_release) struct strv paths = {0};

	collect_match(globs, &paths);
	VEC_EACH (char *, path, &paths) {
		keep_one(keep, *path, store);
	}
	VEC_EACH (char *, glob, globs) {
		char *root = glob_root(*glob);

		if (root) {
			strv_give(&keep->roots, root);
		}
	}
	tell_guardian(keep);
}

static int remove_one(const struct keep *keep, const char *path, struct err *err)
{
	AUTO_FREE char *real = NULL;
	AUTO_FREE char *name = NULL;
	AUTO_CLOSE int folder = -1;

	split(path, &real, &name);
	VEC_EACH (char *, root, &keep->roots) {
		if (real && folder < 0 && folder_is_below(real, *root) &&
		    folder_open(real, &folder, err) < 0) {
			return -1;
		}
	}
	if (folder < 0) {
		return err_set(err, ERR_IO, "a folder on the way is a link that was not there");
	}
	return unlinkat(folder, name, 0) < 0 ? err_sys(err, ERR_IO, "unlink") : 0;
}

void keep_restore(const struct keep *keep, const struct strv *globs, const struct snapshot *before)
{
	CLEANUP(strv_release) struct strv written = {0};
	size_t stale = 0;
	struct err err = ERR_INIT;

	snapshot_fresh(before, globs, &written, &stale);
	VEC_EACH (char *, path, &written) {
		if (!map_get(&keep->index, *path, NULL) && remove_one(keep, *path, &err) < 0) {
			log_warning("%s was written by a retry and stays: %s", *path, err.msg);
		}
	}
	VEC_EACH (const struct kept_file, file, keep) {
		if (kept_file_restore(file, &err) < 0) {
			log_warning("%s is not as the first attempt left it: %s", file->path,
				    err.msg);
		}
	}
	guard_kept(NULL, 0);
}
