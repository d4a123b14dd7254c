/* SPDX-License-Identifier: Apache-2.0 */
#include "git/repos.h"

#include "git/between.h"

#include <string.h>

#define ALL 1000

static void check(const char *dir, const char *const revs[2], size_t most, const char *want)
{
	CLEANUP(buf_release) struct buf got = BUF_INIT(65536);
	CLEANUP(strv_release) struct strv paths = {0};
	AUTO_FREE char *base = rev_id(revs[0]);
	AUTO_FREE char *head = rev_id(revs[1]);
	struct err err = ERR_INIT;
	AUTO_REPO repo = must_open(dir);

	if (git_paths_between(repo, base, head, most, &paths, &err) < 0) {
		fail_msg("%s..%s: %s", revs[0], revs[1], err.msg);
	}
	for (size_t i = 0; i < paths.len; i++) {
		buf_fmt(&got, "%s%s", i ? " " : "", paths.items[i]);
	}
	assert_string_equal(buf_str(&got), want);
}

/* Two commits on the branch pr, one on main since. */
#define FORK \
	"mkdir d; for f in a b c d/x; do echo 1 > $f; done; git add .; c start 0;" \
	"git checkout -q -b pr; echo 2 > a; git add .; c one 1; git mv b z; echo 2 > d/x;" \
	"git add .; c two 2; git checkout -q main; echo 2 > c; git add .; c three 3; "

static void test_pull_requests(void **state)
{
	static const struct {
		const char *script, *revs[2];
		size_t most;
		const char *want;
	} rows[] = {
		{FORK, {"main", "pr"}, ALL, "a b d/x z"},
		{FORK, {"pr", "main"}, ALL, "c"},
		{FORK, {"main~1", "pr"}, ALL, "a b d/x z"},
		{FORK, {"main", "main"}, ALL, ""},
		{FORK, {"pr", "main~1"}, ALL, ""},
		{FORK, {"main", "pr"}, 4, "a b d/x z"},
		{FORK, {"main", "pr"}, 2, "a b"},
		{FORK, {"main", "pr"}, 0, ""},
		/* what it took over from main is not its own */
		{FORK "git checkout -q pr; at 4; git merge -q --no-edit main; git checkout -q main",
		 {"main", "pr"},
		 ALL,
		 "a b d/x z"},
		/* changed and changed back */
		{FORK "git checkout -q pr; git checkout -q main~1 -- a; c back 4",
		 {"main", "pr"},
		 ALL,
		 "b d/x z"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows) * ARRAY_LEN(formats); i++) {
		make_history(formats[i % 2], rows[i / 2].script);
		check("r", rows[i / 2].revs, rows[i / 2].most, rows[i / 2].want);
	}
}

/* The fork itself is at the border, and its parents are missing. */
static void test_shallow_clone(void **state)
{
	static const char *const revs[2] = {"main", "pr"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		make_history(formats[i],
			     "c older 0; c old 1; for f in a b c; do echo 1 > $f; done; git add .;"
			     "c start 2; git checkout -q -b pr; echo 2 > a; git add .; c one 3;"
			     "git checkout -q main; echo 2 > c; git add .; c two 4; cd ..;"
			     "git clone -q --depth 2 --no-single-branch \"file://$PWD/r\" s");
		check("s", revs, ALL, "a");
	}
}

static void check_none(struct git_repo *repo, const char *base, const char *head)
{
	struct err err = ERR_INIT;
	struct strv paths = {0};

	assert_int_equal(git_paths_between(repo, base, head, ALL, &paths, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_int_equal(paths.len, 0);
	assert_in_range(strlen(err.msg), 1, 250);
}

static void test_no_commits(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		CLEANUP(strv_release) struct strv ids = {0};
		AUTO_FREE char *id = NULL;
		AUTO_REPO repo = NULL;

		make_history(formats[i], FORK);
		ids = no_commits();
		id = rev_id("main");
		repo = must_open("r");
		for (size_t j = 0; j < ids.len; j++) {
			check_none(repo, id, ids.items[j]);
			check_none(repo, ids.items[j], id);
		}
	}
}

static void test_no_common_ancestor(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		AUTO_FREE char *ours = NULL;
		AUTO_FREE char *theirs = NULL;
		AUTO_FREE char *deep = NULL;
		AUTO_FREE char *fork = NULL;
		AUTO_REPO shallow = NULL;
		AUTO_REPO repo = NULL;

		make_history(formats[i], FORK "git checkout -q --orphan other; c other 4; cd ..;"
					      "git clone -q --depth 1 --no-single-branch "
					      "\"file://$PWD/r\" s");
		ours = rev_id("main");
		theirs = rev_id("other");
		repo = must_open("r");
		check_none(repo, ours, theirs);
		/* there may be one that is not here */
		deep = rev_id("pr");
		fork = rev_id("main~1");
		shallow = must_open("s");
		check_none(shallow, ours, deep);
		check_none(shallow, ours, fork);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_pull_requests),
		T(test_shallow_clone),
		T(test_no_commits),
		T(test_no_common_ancestor),
	};

	return cmocka_run_group_tests(tests, setup_environment, NULL);
}
