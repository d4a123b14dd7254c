/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_GIT_OBJECT_H
#define STEADY_GIT_OBJECT_H

#include "base/err.h"

#include <stdbool.h>

struct git_commit;
struct git_oid;
struct git_repository;

/* Inside the room: objects by their ids, through libgit2. */

#define ID_SHA1_LEN   40
#define ID_SHA256_LEN 64

/* 40 or 64 hex digits: nothing that git could take for a name or an option. */
bool id_is_full(const char *text);

/* ERR_NOT_FOUND; of a text that is no id the beginning is told. */
int id_not_here(const char *id, struct err *err);

/* The id as text. The caller frees. */
char *id_text(const struct git_oid *oid);

/* The commit with that full id; NULL when there is none here, also when the id is another object's.
 * The caller gives it back by git_commit_free(). */
struct git_commit *object_commit(struct git_repository *library, const char *id);

void cleanup_commit(struct git_commit **commit);

#define AUTO_COMMIT CLEANUP(cleanup_commit) git_commit *

#endif
