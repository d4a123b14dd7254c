/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_GIT_FILE_AT_H
#define STEADY_GIT_FILE_AT_H

#include "base/buf.h"
#include "git/git.h"

/*
 * Appends the content of a file as a commit has it: a full id, and a path from the root, with slashes.
 * 1, and nothing, when that commit has no such path.
 *
 * -1 when id, which may be any text, is no commit here (ERR_NOT_FOUND); when the path is no regular
 * file or longer than out->max bytes (ERR_INPUT); when the content is not here (ERR_IO).
 */
int git_file_at(struct git_repo *repo, const char *id, const char *path, struct buf *out,
		struct err *err);

#endif
