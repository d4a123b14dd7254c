/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file system of another kind, for LD_PRELOAD:
 *
 *	STRANGE_FULL=TEXT   no more is written to files whose path has TEXT in it
 *	STRANGE_TYPE=0x6969 what statfs(2) says of every file system
 *
 * The black-box cases can mount none.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/vfs.h>
#include <unistd.h>

ssize_t pwrite64(int fd, const void *data, size_t len, off64_t at);
ssize_t pwrite(int fd, const void *data, size_t len, off_t at);

static bool is_full(int fd)
{
	const char *text = getenv("STRANGE_FULL");
	char link[64], path[4096];
	ssize_t len;

	if (!text) {
		return false;
	}
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, path, sizeof(path) - 1);
	if (len < 0) {
		return false;
	}
	path[len] = '\0';
	return strstr(path, text) != NULL;
}

typedef ssize_t pwrite_fn(int fd, const void *data, size_t len, off_t at);

/* A pointer to data is none to a function, in the eyes of the language. */
static void find(const char *name, void *function, size_t size)
{
	void *found = dlsym(RTLD_NEXT, name);

	memcpy(function, &found, size);
}

ssize_t pwrite64(int fd, const void *data, size_t len, off64_t at)
{
	pwrite_fn *next = NULL;

	if (is_full(fd)) {
		errno = ENOSPC;
		return -1;
	}
	find("pwrite64", (void *)&next, sizeof(next));
	return next(fd, data, len, at);
}

ssize_t pwrite(int fd, const void *data, size_t len, off_t at)
{
	return pwrite64(fd, data, len, at);
}

int statfs(const char *path, struct statfs *out)
{
	int (*next)(const char *path, struct statfs *out) = NULL;
	const char *type = getenv("STRANGE_TYPE");
	int rc;

	find("statfs", (void *)&next, sizeof(next));
	rc = next(path, out);
	if (rc == 0 && type) {
		out->f_type = (__typeof__(out->f_type))strtoul(type, NULL, 0);
	}
	return rc;
}
