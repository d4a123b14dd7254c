/* SPDX-License-Identifier: Apache-2.0 */
#include "os/folder.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *folder_real(const char *path)
{
	AUTO_FREE char *there = mem_str(path);
	AUTO_FREE char *real = realpath(there, NULL);
	const char *rest = "";

	while (!real && errno == ENOENT && !str_eq(there, ".") && !str_eq(there, "/")) {
		char *up = path_dir(there);

		free(there);
		there = up;
		rest = str_eq(there, ".") ? path : path + strlen(there);
		real = realpath(there, NULL);
	}
	rest += strspn(rest, "/");
	/* what does not exist cannot be gone up from */
	if (!real || strstr(rest, "..")) {
		return NULL;
	}
	return *rest ? path_join(real, rest) : TAKE(real);
}

bool folder_is_below(const char *real, const char *root)
{
	size_t len = strlen(root);

	return str_starts(real, root) &&
	       (real[len] == '\0' || real[len] == '/' || str_eq(root, "/"));
}

/* Opens one part of a path, which is made when it is missing; -1 with errno. */
static int open_part(int parent, const char *name)
{
	const int flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(parent, name, flags);

	if (fd < 0 && errno == ENOENT && mkdirat(parent, name, 0777) == 0) {
		fd = openat(parent, name, flags);
	}
	return fd;
}

int folder_open(const char *real, int *fd, struct err *err)
{
	int at = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	for (const char *part = real + strspn(real, "/"); *part && at >= 0;) {
		size_t len = strcspn(part, "/");
		AUTO_FREE char *name = mem_strn(part, len);
		int next = open_part(at, name);
		int code = errno;

		close(at);
		at = next;
		errno = code;
		part += len + strspn(part + len, "/");
	}
	if (at < 0) {
		return err_sys(err, ERR_IO, "%s", real);
	}
	*fd = at;
	return 0;
}

static void new_name(char out[48])
{
	char id[33];

	hash_new_id(id);
	snprintf(out, 48, ".steady-%s", id);
}

static int rename_over(int fd, const char *temporary, const char *name, struct err *err)
{
	if (renameat(fd, temporary, fd, name) == 0) {
		return 0;
	}
	err_sys(err, ERR_IO, "%s", name);
	unlinkat(fd, temporary, 0);
	return -1;
}

/* Owner, permissions and dates, as far as we may: the content matters more. */
static void dress(int fd, const struct stat *st)
{
	const struct timespec times[] = {st->st_atim, st->st_mtim};
	bool done = fchown(fd, st->st_uid, st->st_gid) == 0;

	done &= fchmod(fd, st->st_mode & 0777) == 0;
	done &= futimens(fd, times) == 0;
	(void)done;
}

int folder_put_file(int fd, const char *name, const char *from, const struct stat *st,
		    struct err *err)
{
	AUTO_CLOSE int in = -1;
	AUTO_CLOSE int out = -1;
	char temporary[48];

	new_name(temporary);
	if (file_open(from, &in, err) < 0) {
		return -1;
	}
	out = openat(fd, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (out < 0) {
		return err_sys(err, ERR_IO, "%s", name);
	}
	if (file_copy_bytes(in, out) < 0) {
		err_sys(err, ERR_IO, "%s", name);
		unlinkat(fd, temporary, 0);
		return -1;
	}
	dress(out, st);
	return rename_over(fd, temporary, name, err);
}

int folder_put_link(int fd, const char *name, const char *text, struct err *err)
{
	char temporary[48];

	new_name(temporary);
	if (symlinkat(text, fd, temporary) < 0) {
		return err_sys(err, ERR_IO, "%s", name);
	}
	return rename_over(fd, temporary, name, err);
}

char *folder_read_link(int fd, const char *name)
{
	char text[PATH_MAX];
	ssize_t len = readlinkat(fd, name, text, sizeof(text));

	return len < 0 ? NULL : mem_strn(text, (size_t)len);
}
