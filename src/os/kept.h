/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_OS_KEPT_H
#define STEADY_OS_KEPT_H

#include "base/buf.h"
#include "base/err.h"

#include <sys/stat.h>

/* A file of the user's of which we have a copy, to be put back (run/keep.h). */
struct kept_file {
	char *path; /* as it matched */
	char *copy;
	struct stat st;
	char *folder, *name;           /* where the file lies; the folder is canonical */
	char *link;                    /* the text, when the path is a symbolic link; else NULL */
	char *link_folder, *link_name; /* where that lies */
};

/* Nothing is done when nothing has changed. ERR_IO. */
int kept_file_restore(const struct kept_file *file, struct err *err);
void kept_file_release(struct kept_file *file);

/* For the guardian, which is this program too: appends a file as bytes, and restores all of such
 * bytes as far as it can. */
void kept_file_pack(const struct kept_file *file, struct buf *out);
void kept_restore_packed(const char *data, size_t len);

#endif
