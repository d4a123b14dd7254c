/* SPDX-License-Identifier: Apache-2.0 */
#include "git/file_at.h"

#include "base/mem.h"
#include "base/str.h"
#include "git/object.h"
#include "git/program.h"
#include "git/program_commits.h"
#include "git/repo.h"

#include <git2.h>
#include <string.h>

struct wanted {
	const char *id, *path;
	struct buf *out;
	struct err *err;
};

static int no_file(const struct wanted *wanted)
{
	return err_set(wanted->err, ERR_INPUT, "%s is no regular file in commit %.12s",
		       wanted->path, wanted->id);
}

static int too_long(const struct wanted *wanted)
{
	return err_set(wanted->err, ERR_INPUT, "%s is longer than %zu bytes in commit %.12s",
		       wanted->path, wanted->out->max, wanted->id);
}

static int not_here(const struct wanted *wanted)
{
	return err_set(wanted->err, ERR_IO, "%s of commit %.12s is not in this repository",
		       wanted->path, wanted->id);
}

static int take_blob(git_repository *library, const git_oid *oid, const struct wanted *wanted)
{
	git_blob *blob = NULL;
	int rc = 0;

	if (git_blob_lookup(&blob, library, oid) < 0) {
		return not_here(wanted);
	}
	if ((size_t)git_blob_rawsize(blob) > wanted->out->max) {
		rc = too_long(wanted);
	} else {
		buf_add(wanted->out, git_blob_rawcontent(blob), (size_t)git_blob_rawsize(blob));
	}
	git_blob_free(blob);
	return rc;
}

static bool is_regular(git_filemode_t mode)
{
	return mode == GIT_FILEMODE_BLOB || mode == GIT_FILEMODE_BLOB_EXECUTABLE;
}

static int take_entry(git_repository *library, const git_tree *tree, const struct wanted *wanted)
{
	git_tree_entry *entry = NULL;
	int found = git_tree_entry_bypath(&entry, tree, wanted->path);
	int rc = 0;

	if (found == GIT_ENOTFOUND) {
		return 1;
	}
	if (found < 0) {
		return not_here(wanted);
	}
	rc = is_regular(git_tree_entry_filemode(entry))
		     ? take_blob(library, git_tree_entry_id(entry), wanted)
		     : no_file(wanted);
	git_tree_entry_free(entry);
	return rc;
}

static int by_library(git_repository *library, const struct wanted *wanted)
{
	AUTO_COMMIT commit = object_commit(library, wanted->id);
	git_tree *tree = NULL;
	int rc = 0;

	if (!commit) {
		return id_not_here(wanted->id, wanted->err);
	}
	if (git_commit_tree(&tree, commit) < 0) {
		return not_here(wanted);
	}
	rc = take_entry(library, tree, wanted);
	git_tree_free(tree);
	return rc;
}

/* "100644 blob ID<tab>PATH" */
static int by_program(const char *dir, const struct wanted *wanted)
{
	CLEANUP(source_release) struct source commit = {0};
	const char *const list[] = {"ls-tree", "-z",         "--full-tree", wanted->id,
				    "--",      wanted->path, NULL};
	AUTO_FREE char *entry = NULL;
	AUTO_FREE char *id = NULL;

	if (program_full_commit(dir, wanted->id, &commit) < 0) {
		return id_not_here(wanted->id, wanted->err);
	}
	entry = program_line(dir, list);
	if (!entry) {
		return 1;
	}
	if (!str_starts(entry, "100644 blob ") && !str_starts(entry, "100755 blob ")) {
		return no_file(wanted);
	}
	id = mem_strn(entry + 12, strcspn(entry + 12, "\t"));
	if (program_ask(dir, (const char *const[]){"cat-file", "blob", id, NULL}, wanted->out) <
	    0) {
		return not_here(wanted);
	}
	return wanted->out->cut ? too_long(wanted) : 0;
}

int git_file_at(struct git_repo *repo, const char *id, const char *path, struct buf *out,
		struct err *err)
{
	const struct wanted wanted = {id, path, out, err};

	if (!id_is_full(id)) {
		return id_not_here(id, err);
	}
	return repo->library ? by_library(repo->library, &wanted) : by_program(repo->dir, &wanted);
}
