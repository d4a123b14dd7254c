/* SPDX-License-Identifier: Apache-2.0 */
#include "git/repos.h"

#include "git/commit_facts.h"

#include <string.h>

#define ALL 1000

/* "summary | author | path path …" */
static char *render(const struct commit_facts *facts)
{
	CLEANUP(buf_release) struct buf out = BUF_INIT(65536);

	buf_fmt(&out, "%s | %s |", facts->summary, facts->author);
	for (size_t i = 0; i < facts->paths.len; i++) {
		buf_fmt(&out, " %s", facts->paths.items[i]);
	}
	buf_str_add(&out, facts->paths_cut ? " …" : "");
	return buf_take(&out);
}

static void check(const char *dir, const char *rev, size_t most, const char *want)
{
	CLEANUP(commit_facts_release) struct commit_facts facts = {0};
	AUTO_FREE char *id = rev_id(rev);
	AUTO_FREE char *got = NULL;
	struct err err = ERR_INIT;
	AUTO_REPO repo = must_open(dir);

	if (git_commit_facts(repo, id, most, &facts, &err) < 0) {
		fail_msg("%s", err.msg);
	}
	assert_string_equal(facts.id, id);
	got = render(&facts);
	assert_string_equal(got, want);
}

#define THREE "mkdir d; echo 1 > d/x; echo 1 > a; echo 1 > b; git add .; c first 0; "

static void test_commits(void **state)
{
	static const struct {
		const char *script, *rev;
		size_t most;
		const char *want;
	} rows[] = {
		{THREE "echo 2 > d/x; git add .; c 'a change' 1", "main", ALL,
		 "a change | a | d/x"},
		{THREE "GIT_AUTHOR_NAME='Jörg Ä' git commit -q --allow-empty -m nothing", "main",
		 ALL, "nothing | Jörg Ä |"},
		/* a root */
		{THREE, "main", ALL, "first | a | a b d/x"},
		{"c none 0", "main", ALL, "none | a |"},
		/* of what was renamed both names */
		{THREE "git mv a z; c moved 1", "main", ALL, "moved | a | a z"},
		{THREE "git rm -q a; c gone 1", "main", ALL, "gone | a | a"},
		{THREE "rm a; ln -s b a; git add .; c link 1", "main", ALL, "link | a | a"},
		{THREE "chmod +x a; git add .; c mode 1", "main", ALL, "mode | a | a"},
		{THREE "rm -r d; echo 1 > d; git add .; c file 1", "main", ALL, "file | a | d d/x"},
		/* another commit of a submodule */
		{THREE "git update-index --add --cacheinfo 160000,$(git rev-parse HEAD),sub;"
		       "c sub 1; git update-index --cacheinfo 160000,$(git rev-parse HEAD),sub;"
		       "git config diff.ignoreSubmodules all; git config submodule.sub.ignore all;"
		       "git config -f .gitmodules submodule.sub.path sub;"
		       "git config -f .gitmodules submodule.sub.ignore all; c newer 2",
		 "main", ALL, "newer | a | sub"},
		/* a merge against its first parent */
		{THREE "git checkout -q -b side; echo 2 > a; git add .; c side 1;"
		       "git checkout -q main; echo 2 > b; git add .; c main 2;"
		       "at 3; git merge -q --no-ff -m merged side",
		 "main", ALL, "merged | a | a"},
		/* as long as the list, and longer */
		{THREE, "main", 3, "first | a | a b d/x"},
		{THREE, "main", 2, "first | a | a b …"},
		{THREE, "main", 0, "first | a | …"},
		{THREE "c nothing 1", "main", 0, "nothing | a |"},
		/* names that would be quoted */
		{"mkdir d; echo 1 > 'd/ü'; echo 1 > 'q\"'; git add .; c names 1", "main", ALL,
		 "names | a | d/ü q\""},
		/* what messages look like */
		{"git commit -q --allow-empty --allow-empty-message -m ''", "main", ALL, " | a |"},
		{"git commit -q --allow-empty -m \"$(printf 'one\\ntwo\\n\\nthree')\"", "main", ALL,
		 "one two | a |"},
		{"printf 'tree %s\nauthor \377 <a> 1 +0000\ncommitter c <c> 1 +0000\n\na\377b' "
		 "$(git write-tree) | git hash-object -t commit -w --stdin --literally > id;"
		 "git reset -q $(cat id)",
		 "main", ALL,
		 "a\xef\xbf\xbd"
		 "b | \xef\xbf\xbd |"},
		/* settings for people */
		{"git config i18n.logOutputEncoding ISO-8859-1; c für 0", "main", ALL, "für | a |"},
		{THREE "git config diff.renames copies; git config diff.noprefix true;"
		       "git config diff.external false; git config log.showSignature true;"
		       "git config diff.relative true; git config format.pretty oneline;"
		       "git mv a z; c set 1",
		 "main", ALL, "set | a | a z"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows) * ARRAY_LEN(formats); i++) {
		make_history(formats[i % 2], rows[i / 2].script);
		check("r", rows[i / 2].rev, rows[i / 2].most, rows[i / 2].want);
	}
	assert_int_equal(warnings, 0);
}

/* Characters of two bytes, so that the middle of one is where the text ends. */
static void test_long_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		CLEANUP(commit_facts_release) struct commit_facts facts = {0};
		AUTO_FREE char *id = NULL;
		struct err err = ERR_INIT;
		AUTO_REPO repo = NULL;

		make_history(formats[i], "export GIT_AUTHOR_NAME=n$(printf 'ä%.0s' $(seq 5000));"
					 "c x$(printf 'ü%.0s' $(seq 50000)) 1");
		id = rev_id("main");
		repo = must_open("r");
		assert_int_equal(git_commit_facts(repo, id, ALL, &facts, &err), 0);
		assert_int_equal(strlen(facts.summary), COMMIT_TEXT_MAX - 1);
		assert_int_equal(strlen(facts.author), COMMIT_TEXT_MAX - 1);
		assert_int_equal(strncmp(facts.summary, "xüü", 5), 0);
		assert_int_equal(strncmp(facts.author, "nää", 5), 0);
	}
}

static void test_no_commits(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		CLEANUP(strv_release) struct strv ids = {0};
		AUTO_REPO repo = NULL;

		make_history(formats[i], "c a 0");
		ids = no_commits();
		repo = must_open("r");
		for (size_t j = 0; j < ids.len; j++) {
			struct commit_facts facts = {0};
			struct err err = ERR_INIT;

			assert_int_equal(git_commit_facts(repo, ids.items[j], ALL, &facts, &err),
					 -1);
			assert_int_equal(err.code, ERR_NOT_FOUND);
			assert_null(facts.id);
			assert_int_equal(facts.paths.len, 0);
			assert_in_range(strlen(err.msg), 1, 200);
		}
	}
}

/* What the missing parent had is not what the commit changed. */
static void test_border_of_a_shallow_clone(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		make_history(formats[i], THREE "echo 2 > a; git add .; c second 1;"
					       "echo 3 > b; git add .; c third 2; cd ..;"
					       "git clone -q --depth 2 \"file://$PWD/r\" s");
		check("s", "main", ALL, "third | a | b");
		check("s", "main~1", ALL, "second | a | …");
	}
}

/* A clone without trees: the git program must not fetch them. */
static void test_nothing_is_fetched(void **state)
{
	static const char missing[] =
		"git -C s rev-list --objects --all --missing=print | grep '^?' | sort";

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		AUTO_FREE char *before = NULL;
		AUTO_FREE char *after = NULL;

		make_history(formats[i], THREE "echo 2 > a; git add .; c second 1;"
					       "git config uploadpack.allowFilter true; cd ..;"
					       "git clone -q --no-checkout --filter=tree:0 "
					       "\"file://$PWD/r\" s");
		before = shell(missing);
		check("s", "main", ALL, "second | a | …");
		check("s", "main~1", ALL, "first | a | …");
		after = shell(missing);
		assert_string_equal(before, after);
	}
}

/* Asked from a folder inside, in the environment of a hook. */
static void test_environment(void **state)
{
	static const char *const vars[][2] = {
		{"GIT_DIR", "/nowhere"},
		{"GIT_EXTERNAL_DIFF", "/nowhere"},
		{"GIT_INDEX_FILE", "/nowhere"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		CLEANUP(commit_facts_release) struct commit_facts facts = {0};
		AUTO_FREE char *id = NULL;
		AUTO_FREE char *got = NULL;
		struct err err = ERR_INIT;
		AUTO_REPO repo = NULL;

		make_history(formats[i], THREE);
		id = rev_id("main");
		repo = must_open("r/d");
		for (size_t j = 0; j < ARRAY_LEN(vars); j++) {
			setenv(vars[j][0], vars[j][1], 1);
		}
		assert_int_equal(git_commit_facts(repo, id, ALL, &facts, &err), 0);
		for (size_t j = 0; j < ARRAY_LEN(vars); j++) {
			unsetenv(vars[j][0]);
		}
		got = render(&facts);
		assert_string_equal(got, "first | a | a b d/x");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_commits),
		T(test_long_texts),
		T(test_no_commits),
		T(test_border_of_a_shallow_clone),
		T(test_nothing_is_fetched),
		T(test_environment),
	};

	return cmocka_run_group_tests(tests, setup_environment, NULL);
}
