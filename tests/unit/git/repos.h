/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_TESTS_UNIT_GIT_REPOS_H
#define STEADY_TESTS_UNIT_GIT_REPOS_H

/* Real repositories, made by the git program; each test has a folder of its own. */
#include "check.h"

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/strv.h"
#include "git/git.h"
#include "os/file.h"
#include "os/process.h"

#include <stdlib.h>
#include <unistd.h>

/* libgit2 up to 1.6 forgets the match data of each setting that it compares (PCRE2, in repositories
 * of format 1); leaks of this program's own code are still reported. */
const char *__lsan_default_suppressions(void); /* NOLINT(readability-identifier-naming) */

const char *__lsan_default_suppressions(void) /* NOLINT(readability-identifier-naming) */
{
	return "leak:libpcre2-8";
}

static char *root;
static size_t warnings;

static inline void count_warning(enum log_level level, const char *line, void *payload)
{
	(void)level;
	(void)line;
	(void)payload;
	warnings++;
}

static inline int setup(void **state)
{
	char name[] = "/tmp/steady-git-XXXXXX";

	(void)state;
	root = mem_str(mkdtemp(name));
	warnings = 0;
	log_set_sink(count_warning, NULL);
	return root ? 0 : -1;
}

static inline int teardown(void **state)
{
	(void)state;
	log_set_sink(NULL, NULL);
	file_remove_tree(root);
	free(TAKE(root));
	return 0;
}

static inline int setup_environment(void **state)
{
	static const char *const vars[][2] = {
		{"GIT_CONFIG_GLOBAL", "/dev/null"},
		{"GIT_TEMPLATE_DIR", ""},
		{"GIT_CONFIG_NOSYSTEM", "1"},
		{"GIT_AUTHOR_NAME", "a"},
		{"GIT_AUTHOR_EMAIL", "a@example.org"},
		{"GIT_AUTHOR_DATE", "2026-01-02T03:04:05Z"},
		{"GIT_COMMITTER_NAME", "c"},
		{"GIT_COMMITTER_EMAIL", "c@example.org"},
		{"GIT_COMMITTER_DATE", "2026-01-02T03:04:05Z"},
	};

	(void)state;
	unsetenv("GIT_DIR");
	for (size_t i = 0; i < ARRAY_LEN(vars); i++) {
		setenv(vars[i][0], vars[i][1], 1);
	}
	return 0;
}

/* Runs a script in the test's folder and returns its output without the final newline. */
static inline char *shell(const char *script)
{
	CLEANUP(buf_release) struct buf out = BUF_INIT((size_t)1 << 20);
	AUTO_FREE char *full = mem_fmt("exec 2>&1; set -e; cd '%s'; %s", root, script);
	const char *const argv[] = {"sh", "-c", full, NULL};

	if (process_ask((char *const *)(uintptr_t)argv, &out) < 0) {
		fail_msg("%s:\n%s", script, buf_str(&out));
	}
	if (out.len && out.data[out.len - 1] == '\n') {
		out.data[--out.len] = '\0';
	}
	return buf_take(&out);
}

static inline void make(const char *script)
{
	free(shell(script));
}

/* The usual start: repository "r" on branch main, one commit with file f. */
#define ONE_COMMIT "git init -q -b main r; cd r; echo 1 > f; git add f; git commit -q -m one; "

/* What libgit2 reads, and what only the git program can. */
static const char *const formats[] = {"sha1", "sha256"};

/* Repository "r" with HEAD on the unborn branch main; `c NAME HOURS` commits what is staged, that long
 * after some start. */
static inline void make_history(const char *format, const char *script)
{
	AUTO_FREE char *whole = mem_fmt(
		"rm -rf r s; git init -q --object-format=%s -b main r; cd r;"
		"at() { export GIT_COMMITTER_DATE=\"@$((1700000000 + $1 * 3600)) +0000\"; };"
		"c() { at $2; git commit -q --allow-empty -m \"$1\"; }; %s",
		format, script);

	make(whole);
}

static inline char *rev_id(const char *rev)
{
	AUTO_FREE char *script = mem_fmt("git -C r rev-parse --verify --end-of-options '%s'", rev);

	return shell(script);
}

/* Texts from wherever that are no commits, in a repository of either format. The caller frees. */
static inline struct strv no_commits(void)
{
	static const char *const texts[] = {
		"",
		"HEAD",
		"main",
		"--upload-pack=x",
		"--all",
		"-",
		"^HEAD",
		"HEAD..",
		"deadbeef",
		"deadbeefdeadbeefdeadbeefdeadbeefdeadbeef",
		"deadbeefdeadbeefdeadbeefdeadbeefdeadbeefdeadbeefdeadbeefdeadbeef",
		"deadbeefdeadbeefdeadbeefdeadbeefdeadbeef ",
		"deadbeefdeadbeefdeadbeefdeadbeefdeadbeefdeadbeefdeadbeefdeadbee\n",
		"0000000000000000000000000000000000000000",
		"0000000000000000000000000000000000000000000000000000000000000000",
		"gggggggggggggggggggggggggggggggggggggggg",
		"\xff\xfe",
	};
	const size_t mega = 1000 * 1000;
	struct strv list = {0};
	char *longest = mem_alloc(mega + 1);

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		strv_add(&list, texts[i]);
	}
	for (size_t i = 0; i < mega; i++) {
		longest[i] = 'a';
	}
	strv_give(&list, longest);
	strv_give(&list, rev_id("HEAD^{tree}"));
	strv_give(&list,
		  shell("git -C r tag -f -a -m tag no-commit >&2; git -C r rev-parse no-commit"));
	strv_give(&list, shell("git -C r rev-parse --short=12 HEAD"));
	/* too long for SHA-1, or too short for SHA-256 */
	strv_give(&list,
		  shell("id=$(git -C r rev-parse HEAD);"
			"[ ${#id} = 40 ] && printf '%s%024d' $id 0 || echo $id | cut -c1-40"));
	return list;
}

static inline struct git_repo *open_in(const char *dir)
{
	AUTO_FREE char *path = path_join(root, dir);

	return git_open(path);
}

static inline struct git_repo *must_open(const char *dir)
{
	struct git_repo *repo = open_in(dir);

	if (!repo) {
		fail_msg("%s: no repository found", dir);
	}
	return repo;
}

static inline void cleanup_repo(struct git_repo **repo)
{
	git_close(*repo);
}

#define AUTO_REPO CLEANUP(cleanup_repo) struct git_repo *

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

#endif
