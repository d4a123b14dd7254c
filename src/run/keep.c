/* SPDX-License-Identifier: Apache-2.0 */
#include "run/keep.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/folder.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void kept_file_release(struct kept_file *file)
{
	free(file->path);
	free(file->copy);
	free(file->folder);
	free(file->name);
	free(file->link);
	free(file->link_folder);
	free(file->link_name);
}

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
}

static bool same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

/* Dates without a fraction say too little: then the content is written again. */
static bool is_untouched(int folder, const struct kept_file *file)
{
	struct stat now;

	return fstatat(folder, file->name, &now, AT_SYMLINK_NOFOLLOW) == 0 &&
	       now.st_dev == file->st.st_dev && now.st_ino == file->st.st_ino &&
	       now.st_size == file->st.st_size && now.st_ctim.tv_nsec != 0 &&
	       same_time(&now.st_mtim, &file->st.st_mtim) &&
	       same_time(&now.st_ctim, &file->st.st_ctim);
}

static int restore_link(const struct kept_file *file, struct err *err)
{
	AUTO_CLOSE int folder = -1;
	AUTO_FREE char *now = NULL;

	if (folder_open(file->link_folder, &folder, err) < 0) {
		return -1;
	}
	now = folder_read_link(folder, file->link_name);
	return str_eq(now, file->link) ? 0
				       : folder_put_link(folder, file->link_name, file->link, err);
}

static int restore_one(const struct kept_file *file, struct err *err)
{
	AUTO_CLOSE int folder = -1;

	if (file->link && restore_link(file, err) < 0) {
		return -1;
	}
	if (folder_open(file->folder, &folder, err) < 0) {
		return -1;
	}
	return is_untouched(folder, file)
		       ? 0
		       : folder_put_file(folder, file->name, file->copy, &file->st, err);
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
		if (restore_one(file, &err) < 0) {
			log_warning("%s is not as the first attempt left it: %s", file->path,
				    err.msg);
		}
	}
}
