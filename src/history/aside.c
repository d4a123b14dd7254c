/* SPDX-License-Identifier: Apache-2.0 */
#include "history/aside.h"

#include "base/mem.h"
#include "base/str.h"
#include "base/vec.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define NUMBER_MAX 1000

/* In this order: a log without its file does no harm, but the next file would lose it. */
static const char *const suffixes[] = {"-wal", "-journal", "-shm", ""};

static bool is_free(const char *to)
{
	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
		AUTO_FREE char *name = mem_fmt("%s%s", to, suffixes[i]);
		struct stat st;

		if (lstat(name, &st) == 0 || errno != ENOENT) {
			return false;
		}
	}
	return true;
}

/* NULL when there is none. */
static char *free_name(const char *path)
{
	for (int n = 1; n <= NUMBER_MAX; n++) {
		char *to = mem_fmt("%s.damaged-%d", path, n);

		if (is_free(to)) {
			return to;
		}
		free(to);
	}
	return NULL;
}

/* The index of the log is made anew for whoever opens it, and an empty log says nothing. */
static bool says_nothing(const char *path, const char *suffix)
{
	struct stat st;

	return str_eq(suffix, "-shm") || (*suffix && lstat(path, &st) == 0 && st.st_size == 0);
}

/* Over nobody's file, where the file system can promise that. */
static int move(const char *from, const char *to)
{
	int rc = renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);

	if (rc < 0 && (errno == EINVAL || errno == ENOSYS)) {
		rc = rename(from, to);
	}
	return rc < 0 && errno != ENOENT ? -1 : 0;
}

static int move_all(const char *path, const char *to, struct err *err)
{
	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
		AUTO_FREE char *from = mem_fmt("%s%s", path, suffixes[i]);
		AUTO_FREE char *name = mem_fmt("%s%s", to, suffixes[i]);

		if (says_nothing(from, suffixes[i])) {
			unlink(from);
		} else if (move(from, name) < 0) {
			return err_sys(err, ERR_HISTORY, "%s: cannot be set aside", path);
		}
	}
	return 0;
}

static bool is_the_one(const char *path, const struct file_stamp *seen)
{
	struct file_stamp now;

	return file_stamp(path, &now) == 0 && now.dev == seen->dev && now.ino == seen->ino;
}

int aside_put(const char *path, const struct file_stamp *seen, char **to, struct err *err)
{
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	AUTO_FREE char *name = NULL;

	*to = NULL;
	/* One at a time: whoever comes second finds another file, or none. */
	if (fd >= 0 && flock(fd, LOCK_EX) < 0) {
		return err_sys(err, ERR_HISTORY, "%s: cannot be set aside", path);
	}
	if (fd < 0 || !is_the_one(path, seen)) {
		return 0;
	}
	name = free_name(path);
	if (!name) {
		return err_set(err, ERR_HISTORY,
			       "%s: cannot be set aside: %d damaged ones lie there already", path,
			       NUMBER_MAX);
	}
	if (move_all(path, name, err) < 0) {
		return -1;
	}
	*to = TAKE(name);
	return 0;
}
