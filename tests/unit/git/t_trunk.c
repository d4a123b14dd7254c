/* SPDX-License-Identifier: Apache-2.0 */
#include "git/repos.h"

#include "base/str.h"
#include "git/trunk.h"

#define REF(name, rev)    "git update-ref refs/" name " " rev "; "
#define ORIGIN_HEAD(name) "git symbolic-ref refs/remotes/origin/HEAD refs/" name "; "

/* Four commits a to d, and no branch. */
#define START \
	"git checkout -q --orphan work; c a 0; c b 1; c c 2; c d 3; git checkout -q --detach;" \
	"git branch -q -D work; git tag a HEAD~3; git tag b HEAD~2; git tag c HEAD~1; "

static void test_trunk(void **state)
{
	static const struct {
		const char *script, *name, *rev;
	} rows[] = {
		{REF("heads/main", "a") REF("heads/master", "b") REF("remotes/origin/main", "c")
			 REF("remotes/origin/dev", "HEAD") ORIGIN_HEAD("remotes/origin/dev"),
		 "dev", "HEAD"},
		{REF("remotes/origin/a/b", "b") ORIGIN_HEAD("remotes/origin/a/b"), "a/b", "b"},
		{REF("heads/main", "a") REF("remotes/origin/master", "b")
			 REF("remotes/origin/main", "c"),
		 "main", "c"},
		{REF("heads/main", "a") REF("remotes/origin/master", "b"), "master", "b"},
		{REF("heads/master", "a") REF("heads/main", "b"), "main", "b"},
		{REF("heads/master", "a") REF("heads/dev", "b"), "master", "a"},
		{REF("heads/dev", "a"), NULL, NULL},
		{":", NULL, NULL},
		/* its branch is gone, or it stands for no branch */
		{REF("heads/main", "a") ORIGIN_HEAD("remotes/origin/gone"), "main", "a"},
		{REF("heads/main", "a") REF("remotes/origin/HEAD", "b"), "main", "a"},
		{REF("heads/main", "a") ORIGIN_HEAD("tags/b"), "main", "a"},
		{REF("heads/main", "a") ORIGIN_HEAD("remotes/origin/HEAD"), "main", "a"},
		{REF("heads/main", "a") "mkdir -p .git/refs/remotes/origin;"
					"echo 'ref: --all' > .git/refs/remotes/origin/HEAD",
		 "main", "a"},
		{"git pack-refs --all; " REF("heads/main", "a") "git pack-refs --all", "main", "a"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows) * ARRAY_LEN(formats); i++) {
		AUTO_FREE char *script = mem_fmt(START "%s", rows[i / 2].script);
		AUTO_FREE char *want = NULL;
		AUTO_FREE char *name = NULL;
		AUTO_FREE char *id = NULL;
		AUTO_REPO repo = NULL;

		make_history(formats[i % 2], script);
		want = rows[i / 2].rev ? rev_id(rows[i / 2].rev) : NULL;
		repo = must_open("r");
		id = git_trunk(repo, &name);
		if (!str_eq(id, want) || !str_eq(name, rows[i / 2].name)) {
			fail_msg("%s: %s %s", rows[i / 2].script, str_or(name, "none"),
				 str_or(id, "none"));
		}
	}
	assert_int_equal(warnings, 0);
}

static void test_name_is_not_needed(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		AUTO_FREE char *want = NULL;
		AUTO_FREE char *id = NULL;
		AUTO_REPO repo = NULL;

		make_history(formats[i], "c a 0");
		want = rev_id("main");
		repo = must_open("r");
		id = git_trunk(repo, NULL);
		assert_string_equal(id, want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_trunk),
		T(test_name_is_not_needed),
	};

	return cmocka_run_group_tests(tests, setup_environment, NULL);
}
