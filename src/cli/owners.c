/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/owners.h"

#include "analyze/keep.h"
#include "base/log.h"
#include "base/str.h"
#include "git/tree_paths.h"
#include "os/file.h"
#include "owners/codeowners.h"
#include "owners/files.h"

/* Larger repositories have tests without owners. */
#define PATHS_MOST ((size_t)2000000)

/* What is asked about the tests. */
struct asked {
	struct codeowners *rules;
	struct strv paths;
	struct test_files files;
};

static void asked_release(struct asked *asked)
{
	codeowners_free(asked->rules);
	test_files_release(&asked->files);
	strv_release(&asked->paths);
}

/* The first one of these places counts, as on GitHub; the last place is GitLab's. */
static struct codeowners *read_rules(const char *root)
{
	static const char *const places[] = {".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS",
					     ".gitlab/CODEOWNERS"};

	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		AUTO_FREE char *path = path_join(root, places[i]);
		struct err err = ERR_INIT;
		char *text = NULL;
		size_t len = 0;

		if (file_exists(path)) {
			if (file_read(path, CODEOWNERS_MOST, &text, &len, &err) < 0) {
				log_warning("%s, so nobody is said to own a test", err.msg);
				return NULL;
			}
			return codeowners_parse(text, len);
		}
	}
	return NULL;
}

static bool ask(struct git_repo *repo, struct asked *out)
{
	struct err err = ERR_INIT;

	out->rules = read_rules(git_root(repo));
	if (!out->rules) {
		return false;
	}
	if (git_tree_paths(repo, PATHS_MOST, &out->paths, &err) < 0) {
		log_warning("%s, so nobody is said to own a test", err.msg);
		return false;
	}
	test_files_index(&out->paths, &out->files);
	return true;
}

/* Of several files that it may stand in only what is true of all. */
static char *owner_of(struct asked *asked, const struct test_name *test)
{
	struct path_list_found found = {0};
	CLEANUP(buf_release) struct buf first = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf other = BUF_INIT(BUF_OWN_MAX);

	test_files_find(&asked->files, test, &found);
	VEC_EACH (const char *, path, &found) {
		struct buf *out = path == found.items ? &first : &other;

		buf_clear(out);
		codeowners_find(asked->rules, *path, out);
		if (out == &other && !str_eq(buf_str(&first), buf_str(&other))) {
			buf_clear(&first);
			break;
		}
	}
	VEC_FREE(&found);
	return first.len > 0 ? buf_take(&first) : NULL;
}

bool owners_tell(struct place *place, const struct flake_report *flakes, bool all,
		 struct evidence *evidence)
{
	CLEANUP(asked_release) struct asked asked = {0};
	struct git_repo *repo = NULL;
	size_t count = all ? flakes->tests.len : flakes->tests.len - flakes->count[STATE_OTHER];

	/* with nobody to ask about, a tree of many files is not read */
	repo = count > 0 ? place_repo(place) : NULL;
	if (!repo || !git_root(repo) || !ask(repo, &asked)) {
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		struct test_facts *test = &evidence->tests.items[flakes->tests.items[i].test];

		if (!test->owner) {
			test->owner = owner_of(&asked, &test->name);
		}
	}
	if (codeowners_is_exhausted(asked.rules)) {
		log_warning("CODEOWNERS has too many patterns for so many tests: of some nobody "
			    "is said to own them");
	}
	return true;
}

struct wanted {
	const struct strv *owners;
	const struct evidence *evidence;
};

static bool is_wanted(const struct test_judgement *test, const void *payload)
{
	const struct wanted *wanted = payload;
	const char *owner = wanted->evidence->tests.items[test->test].owner;

	VEC_EACH (char *, name, wanted->owners) {
		if (codeowners_names(owner, *name)) {
			return true;
		}
	}
	return false;
}

void owners_keep(const struct strv *owners, const struct evidence *evidence,
		 struct flake_report *flakes, size_t left_out[STATE_COUNT])
{
	struct wanted wanted = {owners, evidence};

	flake_report_keep(flakes, evidence, is_wanted, &wanted, left_out);
}
