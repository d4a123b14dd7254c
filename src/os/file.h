/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_OS_FILE_H
#define STEADY_OS_FILE_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Files, and only regular ones: a FIFO, a device or a directory in place of a file is an error,
 * never a hang. Errors name the path: ERR_NOT_FOUND, ERR_INPUT (not regular, too large), ERR_IO. */

/* Reads a whole file of at most max bytes; the caller frees *out (NUL-terminated). len may be
 * NULL. */
int file_read(const char *path, size_t max, char **out, size_t *len, struct err *err);

/* The same for a file that may well be missing, such as one of /proc: NULL when it cannot be read.
 * len may be NULL. The caller frees. */
char *file_text(const char *path, size_t max, size_t *len);

/* Opens for reading; the caller closes *fd. */
int file_open(const char *path, int *fd, struct err *err);

/* Writes a new file next to path and renames it over: readers see the old or the new content. The
 * permissions stay; of a symbolic link the file it points to is replaced. */
int file_write(const char *path, const void *data, size_t len, struct err *err);

/* Copies the bytes of a regular file; `to` is written as by file_write(). */
int file_copy(const char *from, const char *to, struct err *err);

/* Gives the disk back what lies in front of the last `keep` bytes of a file that takes more than `most`.
 * Its size stays, and zeros are read there; nothing happens where the file system has no holes. */
void file_keep_end(int fd, int64_t most, int64_t keep);

/* Adds to what is there; makes the file where it is not. */
int file_append(const char *path, const char *data, size_t len, struct err *err);

/* Writes all these bytes; -1 with errno. */
int file_write_bytes(int fd, const char *data, size_t len);

/* Copies all bytes from one descriptor to the other; -1 with errno. */
int file_copy_bytes(int from, int to);

/* Makes path and its parents; fine when it exists. */
int file_make_dirs(const char *path, mode_t mode, struct err *err);

/* Removes a tree below path and path itself; links are removed, not followed. Best effort. */
void file_remove_tree(const char *path);

/* How many bytes may still be written to the file system that holds path; -1 it does not tell. */
int64_t file_room(const char *path);

bool file_exists(const char *path);
bool file_is_same(const char *a, const char *b); /* both are there, and one */
bool file_is_dir(const char *path);
bool file_is_regular(const char *path);

/* dir + "/" + name, or name alone when it is absolute or dir is empty. The caller frees. */
char *path_join(const char *dir, const char *name);
char *path_dir(const char *path);        /* the caller frees; "." without a slash */
const char *path_base(const char *path); /* borrowed */

/* The current folder; the caller frees. */
char *path_cwd(void);

/* What tells one version of a file from another. */
struct file_stamp {
	dev_t dev;
	ino_t ino;
	int64_t size;
	int64_t mtime_ns; /* of the content; programs can set it */
	int64_t ctime_ns; /* of anything, names and permissions too; only the system sets it */
};

/* 0 when path is a regular file, -1 else (no error object: absence is normal). */
int file_stamp(const char *path, struct file_stamp *out);
int file_stamp_folder(const char *path, struct file_stamp *out);
bool file_stamp_eq(const struct file_stamp *a, const struct file_stamp *b);

/*
 * Waits for the next tick (at most some milliseconds) of the clock by which local file systems date
 * their files, and returns it: what was written before is dated earlier, what is written from now
 * on is not, give or take the whole seconds that some file systems round to.
 */
int64_t file_clock_tick(void);

#endif
