/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/spare.h"

#include "base/mem.h"
#include "os/file.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define MAGIC "SQLite format 3" /* 16 bytes with its NUL */

static bool is_part_of(const char *path, const char *history)
{
	static const char *const parts[] = {"", "-wal", "-shm", "-journal"};

	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		AUTO_FREE char *part = mem_fmt("%s%s", history, parts[i]);

		if (file_is_same(path, part)) {
			return true;
		}
	}
	return false;
}

static bool is_database(const char *path)
{
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char start[sizeof(MAGIC)];

	return fd >= 0 && pread(fd, start, sizeof(start), 0) == (ssize_t)sizeof(start) &&
	       memcmp(start, MAGIC, sizeof(start)) == 0;
}

/* The history itself is not opened: to close it would drop the locks that this process has on it. */
int spare_databases(const char *path, const char *history, struct err *err)
{
	if (is_part_of(path, history)) {
		return err_set(err, ERR_USAGE, "%s: is the history itself; name another file",
			       path);
	}
	if (is_database(path)) {
		return err_set(err, ERR_USAGE, "%s: is a database; name another file", path);
	}
	return 0;
}
