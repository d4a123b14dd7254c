/* SPDX-License-Identifier: Apache-2.0 */
#include "git/commit_facts.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "git/object.h"
#include "git/paths.h"
#include "git/program_commits.h"
#include "git/repo.h"
#include "text/utf8.h"

#include <git2.h>
#include <string.h>

/* Anybody writes anything into a commit. The caller frees. */
static char *clip(const char *text)
{
	CLEANUP(buf_release) struct buf clean = BUF_INIT(COMMIT_TEXT_MAX);

	utf8_clean(&clean, str_or(text, ""), strlen(str_or(text, "")));
	return buf_take(&clean);
}

/* Newer libgit2 tells no parents of a commit at the border of a shallow clone; its text does. */
static bool is_root(const git_commit *commit)
{
	git_buf parent = {0};
	bool found = git_commit_header_field(&parent, commit, "parent") == 0;

	git_buf_dispose(&parent);
	return !found;
}

/* -1 when the first parent is not here. */
static int changed_by(git_repository *library, const git_commit *commit, struct path_list *paths)
{
	const git_oid *parent = NULL;

	if (git_commit_parentcount(commit) > 0) {
		parent = git_commit_parent_id(commit, 0);
	} else if (!is_root(commit)) {
		return -1;
	}
	return paths_by_library(library, parent, git_commit_id(commit), paths);
}

static int by_library(git_repository *library, const char *id, struct path_list *paths,
		      struct commit_facts *out)
{
	AUTO_COMMIT commit = object_commit(library, id);

	if (!commit) {
		return -1;
	}
	out->id = id_text(git_commit_id(commit));
	out->summary = clip(git_commit_summary(commit));
	out->author = clip(git_commit_author(commit)->name);
	if (changed_by(library, commit, paths) < 0) {
		paths->cut = true;
	}
	return 0;
}

static int by_program(const char *dir, const char *id, struct path_list *paths,
		      struct commit_facts *out)
{
	CLEANUP(source_release) struct source commit = {0};
	AUTO_FREE char *author = NULL;
	AUTO_FREE char *summary = NULL;

	if (program_full_commit(dir, id, &commit) < 0 ||
	    program_message(dir, commit.commit, &author, &summary) < 0) {
		return -1;
	}
	out->id = mem_str(commit.commit);
	out->summary = clip(summary);
	out->author = clip(author);
	if (program_paths(dir, commit.parents.len ? commit.parents.items[0] : NULL, commit.commit,
			  paths) < 0) {
		paths->cut = true;
	}
	return 0;
}

int git_commit_facts(struct git_repo *repo, const char *id, size_t most, struct commit_facts *out,
		     struct err *err)
{
	struct path_list paths = {.paths = &out->paths, .most = most};
	int found = -1;

	*out = (struct commit_facts){0};
	if (id_is_full(id)) {
		found = repo->library ? by_library(repo->library, id, &paths, out)
				      : by_program(repo->dir, id, &paths, out);
	}
	out->paths_cut = found == 0 && paths.cut;
	return found < 0 ? id_not_here(id, err) : 0;
}
