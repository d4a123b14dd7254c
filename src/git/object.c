/* SPDX-License-Identifier: Apache-2.0 */
#include "git/object.h"

#include "base/mem.h"

#include <git2.h>
#include <string.h>

bool id_is_full(const char *text)
{
	size_t len = strspn(text, "0123456789abcdefABCDEF");

	return text[len] == '\0' && (len == ID_SHA1_LEN || len == ID_SHA256_LEN);
}

int id_not_here(const char *id, struct err *err)
{
	return err_set(err, ERR_NOT_FOUND, "commit %.*s is not in this repository", ID_SHA256_LEN,
		       id);
}

char *id_text(const git_oid *oid)
{
	char text[ID_SHA256_LEN + 1];

	git_oid_tostr(text, sizeof(text), oid);
	return mem_str(text);
}

git_commit *object_commit(git_repository *library, const char *id)
{
	git_commit *commit = NULL;
	git_oid oid;

	if (strlen(id) != ID_SHA1_LEN || git_oid_fromstr(&oid, id) < 0 ||
	    git_commit_lookup(&commit, library, &oid) < 0) {
		return NULL;
	}
	return commit;
}

void cleanup_commit(git_commit **commit)
{
	git_commit_free(*commit);
}
