/* SPDX-License-Identifier: Apache-2.0 */
#include "os/file.h"

#include "base/mem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* One descriptor is open per level; a tree deeper than this stays where it is. */
#define DEPTH_MAX  200
#define PASSES_MAX 3

static int make_dir(const char *path, mode_t mode, struct err *err)
{
	struct stat st;

	if (mkdir(path, mode) == 0) {
		return 0;
	}
	if (errno == EEXIST && stat(path, &st) == 0) {
		if (S_ISDIR(st.st_mode)) {
			return 0;
		}
		return err_set(err, ERR_IO, "%s: is not a folder", path);
	}
	return err_sys(err, ERR_IO, "%s", path);
}

int file_make_dirs(const char *path, mode_t mode, struct err *err)
{
	AUTO_FREE char *part = mem_str(path);

	if (file_is_dir(path)) {
		return 0;
	}
	/* from position 1: the leading slash of an absolute path is no folder to make */
	for (char *at = part; *at; at++) {
		if (*at != '/' || at == part) {
			continue;
		}
		*at = '\0';
		if (make_dir(part, mode, err) < 0) {
			return -1;
		}
		*at = '/';
	}
	return make_dir(path, mode, err);
}

static bool is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/*
 * A folder opened for emptying, or NULL: for anything that is no folder, a link to one included.
 * Tests leave folders without permissions behind, so they are given back first.
 */
static DIR *open_to_empty(int parent, const char *name)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(parent, name, flags);
	DIR *dir = NULL;

	if (fd < 0 && errno == EACCES && fchmodat(parent, name, 0700, AT_SYMLINK_NOFOLLOW) == 0) {
		fd = openat(parent, name, flags);
	}
	if (fd < 0) {
		return NULL;
	}
	(void)fchmod(fd, 0700);
	dir = fdopendir(fd);
	if (!dir) {
		close(fd);
	}
	return dir;
}

/* Best effort: what cannot be removed stays, and its folders with it. */
static void remove_below(int parent, const char *name, int depth)
{
	DIR *dir = depth < DEPTH_MAX ? open_to_empty(parent, name) : NULL;
	struct dirent *entry = NULL;

	if (!dir) {
		unlinkat(parent, name, 0);
		return;
	}
	while ((entry = readdir(dir))) {
		if (!is_dots(entry->d_name)) {
			remove_below(dirfd(dir), entry->d_name, depth + 1);
		}
	}
	closedir(dir);
	unlinkat(parent, name, AT_REMOVEDIR);
}

void file_remove_tree(const char *path)
{
	struct stat st;

	/* some file systems skip entries of a folder while others vanish from it: look again */
	for (int pass = 0; pass < PASSES_MAX && lstat(path, &st) == 0; pass++) {
		remove_below(AT_FDCWD, path, 0);
	}
}
