/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_OS_FOLDER_H
#define STEADY_OS_FOLDER_H

#include "base/err.h"

#include <stdbool.h>
#include <sys/stat.h>

/*
 * Folders held by descriptor, so that no symbolic link that somebody puts in the way leads a write
 * or a removal astray.
 */

/* The canonical path of a folder, of which trailing parts may not exist yet; NULL when there is
 * none. The caller frees. */
char *folder_real(const char *path);

/* Whether the canonical path `real` is `root` or lies below it. */
bool folder_is_below(const char *real, const char *root);

/* Opens a canonical path part by part and follows no link; parts that are missing are made. The
 * caller closes *fd. ERR_IO. */
int folder_open(const char *real, int *fd, struct err *err);

/*
 * Puts a copy of the file `from`, with owner, permissions and dates of *st, or a symbolic link with
 * that text, in the place of `name`. It is made beside and renamed: a link that bears the name is
 * replaced, not followed, and other names of the old file keep what they have. ERR_IO.
 */
int folder_put_file(int fd, const char *name, const char *from, const struct stat *st,
		    struct err *err);
int folder_put_link(int fd, const char *name, const char *text, struct err *err);

/* The text of the symbolic link `name`; NULL when it is none. The caller frees. */
char *folder_read_link(int fd, const char *name);

#endif
