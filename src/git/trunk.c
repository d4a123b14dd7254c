/* SPDX-License-Identifier: Apache-2.0 */
#include "git/trunk.h"

#include "base/mem.h"
#include "base/str.h"
#include "git/object.h"
#include "git/program_commits.h"
#include "git/repo.h"

#include <git2.h>
#include <string.h>

/* The commit of a reference, and what the reference stands for in the end. The caller frees both. */
static char *library_reference(git_repository *library, const char *name, char **full)
{
	git_reference *reference = NULL, *direct = NULL;
	git_object *commit = NULL;
	char *id = NULL;

	if (git_reference_lookup(&reference, library, name) == 0 &&
	    git_reference_resolve(&direct, reference) == 0 &&
	    git_reference_peel(&commit, direct, GIT_OBJECT_COMMIT) == 0) {
		*full = mem_str(git_reference_name(direct));
		id = id_text(git_object_id(commit));
	}
	git_object_free(commit);
	git_reference_free(direct);
	git_reference_free(reference);
	return id;
}

/* Inside full; NULL for what is no branch: origin's HEAD may be detached. */
static const char *branch_of(const char *full)
{
	static const char *const places[] = {"refs/remotes/origin/", "refs/heads/"};

	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		if (str_starts(full, places[i])) {
			const char *branch = full + strlen(places[i]);

			return str_eq(branch, "HEAD") ? NULL : branch;
		}
	}
	return NULL;
}

char *git_trunk(struct git_repo *repo, char **name)
{
	static const char *const candidates[] = {
		"refs/remotes/origin/HEAD",   "refs/remotes/origin/main",
		"refs/remotes/origin/master", "refs/heads/main",
		"refs/heads/master",
	};

	if (name) {
		*name = NULL;
	}
	for (size_t i = 0; i < ARRAY_LEN(candidates); i++) {
		AUTO_FREE char *full = NULL;
		AUTO_FREE char *id =
			repo->library ? library_reference(repo->library, candidates[i], &full)
				      : program_reference(repo->dir, candidates[i], &full);
		const char *branch = id ? branch_of(full) : NULL;

		if (!branch) {
			continue;
		}
		if (name) {
			*name = mem_str(branch);
		}
		return TAKE(id);
	}
	return NULL;
}
