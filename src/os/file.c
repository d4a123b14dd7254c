/* SPDX-License-Identifier: Apache-2.0 */
#include "os/file.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#define BLOCK 512 /* of st_blocks */
#define CHUNK 65536

static enum err_code code_of_errno(void)
{
	return errno == ENOENT || errno == ENOTDIR ? ERR_NOT_FOUND : ERR_IO;
}

static int not_regular(const char *path, const struct stat *st, struct err *err)
{
	return err_set(err, ERR_INPUT, "%s: %s", path,
		       S_ISDIR(st->st_mode) ? "is a folder" : "not a regular file");
}

/* O_NONBLOCK: opening a FIFO that nobody writes to must not hang before fstat() can refuse it. */
static int open_regular(const char *path, int *fd, struct stat *st, struct err *err)
{
	int opened = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (opened < 0) {
		return err_sys(err, code_of_errno(), "%s", path);
	}
	if (fstat(opened, st) < 0) {
		err_sys(err, ERR_IO, "%s", path);
	} else if (!S_ISREG(st->st_mode)) {
		not_regular(path, st, err);
	} else {
		*fd = opened;
		return 0;
	}
	close(opened);
	return -1;
}

int file_open(const char *path, int *fd, struct err *err)
{
	struct stat st = {0};

	return open_regular(path, fd, &st, err);
}

static ssize_t read_some(int fd, void *data, size_t len)
{
	ssize_t n = 0;

	do {
		n = read(fd, data, len);
	} while (n < 0 && errno == EINTR);
	return n;
}

static int too_large(const char *path, size_t max, struct err *err)
{
	return err_set(err, ERR_INPUT, "%s: larger than %zu bytes", path, max);
}

int file_read(const char *path, size_t max, char **out, size_t *len, struct err *err)
{
	AUTO_CLOSE int fd = -1;
	AUTO_FREE char *data = NULL;
	size_t cap = 0, used = 0;
	struct stat st = {0};

	if (open_regular(path, &fd, &st, err) < 0) {
		return -1;
	}
	if ((uintmax_t)st.st_size > max) {
		return too_large(path, max, err);
	}
	/* The size is only a hint: files in /proc say 0, and others grow while they are read. */
	cap = (size_t)st.st_size + 1;
	data = mem_array(cap + 1, 1);
	for (;;) {
		ssize_t n = read_some(fd, data + used, cap - used);

		if (n < 0) {
			return err_sys(err, ERR_IO, "%s", path);
		}
		if (n == 0) {
			break;
		}
		used += (size_t)n;
		if (used > max) {
			return too_large(path, max, err);
		}
		if (used == cap) {
			cap = cap + cap / 2 + CHUNK;
			data = mem_resize(data, cap + 1, 1);
		}
	}
	data[used] = '\0';
	*out = TAKE(data);
	if (len) {
		*len = used;
	}
	return 0;
}

char *file_text(const char *path, size_t max, size_t *len)
{
	struct err ignored = ERR_INIT;
	char *text = NULL;

	return file_read(path, max, &text, len, &ignored) == 0 ? text : NULL;
}

int file_write_bytes(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno != EINTR) {
			return -1;
		}
		if (n > 0) {
			data += n;
			len -= (size_t)n;
		}
	}
	return 0;
}

int file_append(const char *path, const char *data, size_t len, struct err *err)
{
	AUTO_CLOSE int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0666);

	return fd < 0 || file_write_bytes(fd, data, len) < 0
		       ? err_sys(err, ERR_IO, "%s: cannot be written", path)
		       : 0;
}

/* A file on its way: written next to its place under another name, then renamed over. */
struct draft {
	char *target;
	char *temp; /* NULL once it is in place */
	int fd;
};

static void draft_release(struct draft *draft)
{
	cleanup_close(&draft->fd);
	draft->fd = -1;
	if (draft->temp) {
		unlink(draft->temp);
	}
	free(draft->temp);
	free(draft->target);
	*draft = (struct draft){.fd = -1};
}

static int draft_open(struct draft *draft, const char *path, struct err *err)
{
	AUTO_FREE char *dir = NULL;
	char id[33];
	struct stat st;
	bool exists = stat(path, &st) == 0;

	if (exists && !S_ISREG(st.st_mode)) {
		return not_regular(path, &st, err);
	}
	/* A link stays a link: what it points to is replaced. */
	draft->target = exists ? realpath(path, NULL) : mem_str(path);
	if (!draft->target) {
		return err_sys(err, ERR_IO, "%s", path);
	}
	dir = path_dir(draft->target);
	hash_new_id(id);
	draft->temp = mem_fmt("%s/.steady-%s", dir, id);
	draft->fd = open(draft->temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
	if (draft->fd < 0) {
		err_sys(err, code_of_errno(), "%s", path);
		free(TAKE(draft->temp));
		return -1;
	}
	if (exists) {
		/* best effort: a foreign owner keeps us from it, and the content matters more */
		(void)fchmod(draft->fd, st.st_mode & 0777);
	}
	return 0;
}

static int draft_finish(struct draft *draft, struct err *err)
{
	int fd = draft->fd;

	draft->fd = -1;
	/* some file systems (NFS, quotas) report a failed write only here */
	if (close(fd) < 0 || rename(draft->temp, draft->target) < 0) {
		return err_sys(err, ERR_IO, "%s", draft->target);
	}
	free(TAKE(draft->temp));
	return 0;
}

int file_write(const char *path, const void *data, size_t len, struct err *err)
{
	CLEANUP(draft_release) struct draft draft = {.fd = -1};

	if (draft_open(&draft, path, err) < 0) {
		return -1;
	}
	if (file_write_bytes(draft.fd, data, len) < 0) {
		return err_sys(err, ERR_IO, "%s", path);
	}
	return draft_finish(&draft, err);
}

int file_copy_bytes(int from, int to)
{
	AUTO_FREE char *chunk = mem_array(CHUNK, 1);
	ssize_t n = 0;

	while ((n = read_some(from, chunk, CHUNK)) > 0) {
		if (file_write_bytes(to, chunk, (size_t)n) < 0) {
			return -1;
		}
	}
	return n < 0 ? -1 : 0;
}

void file_keep_end(int fd, int64_t most, int64_t keep)
{
	struct stat st;

	if (fstat(fd, &st) == 0 && st.st_blocks * BLOCK > most && st.st_size > keep) {
		(void)fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0,
				st.st_size - keep);
	}
}

int file_copy(const char *from, const char *to, struct err *err)
{
	CLEANUP(draft_release) struct draft draft = {.fd = -1};
	AUTO_CLOSE int fd = -1;

	if (file_open(from, &fd, err) < 0 || draft_open(&draft, to, err) < 0) {
		return -1;
	}
	if (file_copy_bytes(fd, draft.fd) < 0) {
		return err_sys(err, ERR_IO, "%s to %s", from, to);
	}
	return draft_finish(&draft, err);
}

int64_t file_room(const char *path)
{
	struct statvfs room;

	if (statvfs(path, &room) < 0 || room.f_blocks == 0) {
		return -1;
	}
	return (int64_t)(room.f_bavail * room.f_frsize);
}

bool file_exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

bool file_is_same(const char *a, const char *b)
{
	struct stat one, other;

	return stat(a, &one) == 0 && stat(b, &other) == 0 && one.st_dev == other.st_dev &&
	       one.st_ino == other.st_ino;
}

bool file_is_regular(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

bool file_is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int64_t time_ns(const struct timespec *time)
{
	return (int64_t)time->tv_sec * US_PER_S * 1000 + time->tv_nsec;
}

static int stamp(const char *path, mode_t type, struct file_stamp *out)
{
	struct stat st;

	if (stat(path, &st) < 0 || (st.st_mode & S_IFMT) != type) {
		return -1;
	}
	*out = (struct file_stamp){
		.dev = st.st_dev,
		.ino = st.st_ino,
		.size = st.st_size,
		.mtime_ns = time_ns(&st.st_mtim),
		.ctime_ns = time_ns(&st.st_ctim),
	};
	return 0;
}

int file_stamp(const char *path, struct file_stamp *out)
{
	return stamp(path, S_IFREG, out);
}

int file_stamp_folder(const char *path, struct file_stamp *out)
{
	return stamp(path, S_IFDIR, out);
}

bool file_stamp_eq(const struct file_stamp *a, const struct file_stamp *b)
{
	return a->dev == b->dev && a->ino == b->ino && a->size == b->size &&
	       a->mtime_ns == b->mtime_ns && a->ctime_ns == b->ctime_ns;
}

static int64_t clock_ns(clockid_t clock)
{
	struct timespec now = {0};

	clock_gettime(clock, &now);
	return time_ns(&now);
}

/* Kernels from 6.13 on date a file by the fine clock when somebody looked at it lately, so that its
 * date may lie ahead of the coarse one by more than a tick: wait until that has caught up. */
int64_t file_clock_tick(void)
{
	const struct timespec nap = {.tv_nsec = 250000};
	int64_t before = clock_ns(CLOCK_REALTIME), now = clock_ns(CLOCK_REALTIME_COARSE);

	while (now <= before) {
		nanosleep(&nap, NULL);
		now = clock_ns(CLOCK_REALTIME_COARSE);
	}
	return now;
}
