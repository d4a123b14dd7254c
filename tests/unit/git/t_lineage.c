/* SPDX-License-Identifier: Apache-2.0 */
#include "git/repos.h"

#include "base/map.h"
#include "base/str.h"
#include "git/lineage.h"

#include <string.h>

#define ALL 1000000

/* The subject of each commit of r, by its id. */
static void read_names(struct map *index, struct strv *names)
{
	AUTO_FREE char *log = shell("git -C r log --all --reflog --format='%H %s'");
	char *at = log;

	for (char *line = strsep(&at, "\n"); line; line = strsep(&at, "\n")) {
		char *id = strsep(&line, " ");

		map_put(index, id, names->len);
		strv_add(names, str_or(line, ""));
	}
}

/* "c<b b<a a": each commit with its parents, by their subjects. */
static char *render(const struct lineage *lineage)
{
	CLEANUP(buf_release) struct buf out = BUF_INIT(65536);
	CLEANUP(strv_release) struct strv names = {0};
	CLEANUP(map_release) struct map index = {0};

	read_names(&index, &names);
	for (size_t i = 0; i < lineage->len; i++) {
		const struct lineage_commit *commit = &lineage->items[i];
		size_t name = 0;

		assert_true(map_get(&index, commit->id, &name));
		buf_fmt(&out, "%s%s", i ? " " : "", names.items[name]);
		for (size_t j = 0; j < commit->parents.len; j++) {
			assert_true(map_get(&index, commit->parents.items[j], &name));
			buf_fmt(&out, "%s%s", j ? "+" : "<", names.items[name]);
		}
	}
	return buf_take(&out);
}

static void add_revs(struct strv *ids, const char *revs)
{
	AUTO_FREE char *script = mem_fmt("git -C r rev-parse %s", revs);
	AUTO_FREE char *lines = shell(script);
	char *at = lines;

	for (char *line = strsep(&at, "\n"); line; line = strsep(&at, "\n")) {
		strv_add(ids, line);
	}
}

static void ask(const char *dir, const struct strv *ids, size_t most, struct lineage *out)
{
	struct err err = ERR_INIT;
	AUTO_REPO repo = must_open(dir);

	if (git_lineage(repo, ids, most, out, &err) < 0) {
		fail_msg("%s", err.msg);
	}
}

static void check(const char *dir, const struct strv *ids, size_t most, const char *want)
{
	CLEANUP(lineage_release) struct lineage lineage = {0};
	AUTO_FREE char *got = NULL;

	ask(dir, ids, most, &lineage);
	got = render(&lineage);
	assert_string_equal(got, want);
}

static void test_histories(void **state)
{
	static const char line[] = "c a 0; c b 100; c c 101; c d 102; c e 103";
	static const char merged[] =
		"c a 0; c b 100; git checkout -q -b side; c s 101; c t 103; git checkout -q main;"
		"c c 102; at 104; git merge -q --no-ff -m m side; c d 105";
	static const struct {
		const char *script, *revs;
		size_t most;
		const char *want;
	} rows[] = {
		{line, "main~1 main~3", ALL, "d<c c<b b<a"},
		{line, "main~3 main~1 main~3", ALL, "d<c c<b b<a"},
		{line, "main~4 main~3", ALL, "b<a a"},
		{line, "main~2", ALL, "c<b b<a"},
		{line, "main main~3", 2, "e<d d<c"},
		{line, "main main~3", 0, ""},
		{line, "main main~4", 4, "e<d d<c c<b b<a"},
		{line, "main~1 main~2 main~3", 1, "d<c"},
		/* the ancestors end a day before the oldest */
		{"c a 0; c b 24; c c 48; c d 73", "main main~1", ALL, "d<c c<b b<a"},
		{"c a 0; c b 24; c c 48; c d 73", "main", ALL, "d<c"},
		/* also what was made on a branch */
		{merged, "main main~2", ALL, "d<m m<c+t t<s c<b s<b b<a"},
		{merged, "main~1 side", ALL, "m<c+t t<s c<b s<b b<a"},
		/* two heads of which none is an ancestor of the other */
		{merged, "side main~2", ALL, "t<s c<b s<b b<a"},
		/* heads of pull requests with one tree, on one base */
		{"c a 0; echo 1 > f; git add f; git checkout -q -b x; c x 1; git checkout -q main;"
		 "git checkout -q -b y; echo 1 > f; git add f; c y 2",
		 "x y", ALL, "y<a x<a a"},
		{"c a 0; git checkout -q --orphan o; c o 1", "o main", ALL, "o a"},
		{"c a 0; git checkout -q -b x; c x 1; git checkout -q main; git checkout -q -b y;"
		 "c y 2; git checkout -q main; at 3; git merge -q --no-ff -m m x y",
		 "main", ALL, "m<a+x+y y<a x<a a"},
		/* a child that is older than its parent, by some clock */
		{"c a 10; c b 5; c c 11", "main main~2", ALL, "c<b a b<a"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows) * ARRAY_LEN(formats); i++) {
		CLEANUP(strv_release) struct strv ids = {0};

		make_history(formats[i % 2], rows[i / 2].script);
		add_revs(&ids, rows[i / 2].revs);
		check("r", &ids, rows[i / 2].most, rows[i / 2].want);
	}
}

static void test_times(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		CLEANUP(lineage_release) struct lineage lineage = {0};
		CLEANUP(strv_release) struct strv ids = {0};

		make_history(formats[i], "c a 0; c b 1");
		add_revs(&ids, "main");
		ask("r", &ids, ALL, &lineage);
		assert_int_equal(lineage.len, 2);
		assert_int_equal(lineage.items[0].time_us, INT64_C(1700003600000000));
		assert_int_equal(lineage.items[1].time_us, INT64_C(1700000000000000));
		assert_string_equal(lineage.items[0].id, ids.items[0]);
	}
}

/* Commits that no git would write. */
static void test_impossible_times(void **state)
{
	static const char *const times[] = {"0",
					    "1",
					    "9223372036854775807",
					    "18446744073709551615",
					    "99999999999999999999999",
					    "-5",
					    "-9223372036854775808"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(times) * ARRAY_LEN(formats); i++) {
		CLEANUP(lineage_release) struct lineage lineage = {0};
		CLEANUP(strv_release) struct strv ids = {0};
		AUTO_FREE char *script = mem_fmt(
			"c a 0; printf 'tree %%s\\nparent %%s\\nauthor a <a> 1 +0000\\n"
			"committer c <c> %s +0000\\n\\nb\\n' $(git rev-parse HEAD^{tree} HEAD) |"
			"git hash-object -t commit -w --stdin --literally > id;"
			"git update-ref refs/heads/b $(cat id)",
			times[i / 2]);

		make_history(formats[i % 2], script);
		add_revs(&ids, "b main");
		ask("r", &ids, ALL, &lineage);
		assert_in_range(lineage.len, 1, 2);
	}
}

static void test_what_is_no_commit_is_left_out(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		CLEANUP(strv_release) struct strv ids = {0};
		CLEANUP(strv_release) struct strv none = {0};

		make_history(formats[i], "c a 0; c b 1; c c 100");
		check("r", &none, ALL, "");
		ids = no_commits();
		check("r", &ids, ALL, "");
		add_revs(&ids, "main~1");
		check("r", &ids, ALL, "b<a a");
	}
	assert_int_equal(warnings, 0);
}

static void test_capital_digits(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		CLEANUP(strv_release) struct strv ids = {0};

		make_history(formats[i], "c a 0; c b 1");
		strv_give(&ids, shell("git -C r rev-parse main | tr a-f A-F"));
		check("r", &ids, ALL, "b<a a");
		add_revs(&ids, "main");
		check("r", &ids, ALL, "b<a a");
	}
}

/* A branch whose name could be an id, in a repository whose ids are longer. */
static void test_branch_named_like_an_id(void **state)
{
	CLEANUP(strv_release) struct strv ids = {0};

	(void)state;
	make_history("sha256", "c a 0; git branch -q "
			       "deadbeefdeadbeefdeadbeefdeadbeefdeadbeef");
	strv_add(&ids, "deadbeefdeadbeefdeadbeefdeadbeefdeadbeef");
	check("r", &ids, ALL, "");
}

static void test_shallow_clone(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		CLEANUP(lineage_release) struct lineage lineage = {0};
		CLEANUP(strv_release) struct strv ids = {0};

		make_history(formats[i], "c a 0; c b 1; c c 2; c d 3; cd ..;"
					 "git clone -q --depth 2 \"file://$PWD/r\" s");
		add_revs(&ids, "main~3 main~2 main~1 main");
		ask("s", &ids, ALL, &lineage);
		assert_int_equal(lineage.len, 2);
		assert_string_equal(lineage.items[0].id, ids.items[3]);
		assert_string_equal(lineage.items[1].id, ids.items[2]);
		assert_string_equal(lineage.items[0].parents.items[0], ids.items[2]);
	}
}

static void check_newest(const struct strv *ids, size_t most, size_t want)
{
	CLEANUP(lineage_release) struct lineage lineage = {0};

	ask("r", ids, most, &lineage);
	assert_int_equal(lineage.len, want);
	for (size_t i = 0; i < want; i++) {
		assert_int_equal(lineage.items[i].time_us,
				 (INT64_C(1700001499) - (int64_t)i) * US_PER_S);
	}
}

/* More ids than the git program gets at once. A line of 1500 commits with 1500 times in another order:
 * the last commit has the first, and its parent a late one. */
static void test_many(void **state)
{
	static const char import[] = "seq 0 1499 | awk '{ printf \"commit refs/heads/main\\n"
				     "committer c <c@x> %d +0000\\ndata 1\\nx\", 1700000000 + ($1 "
				     "* 7919 + 419) % 1500 }' |"
				     "git fast-import --quiet";

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		CLEANUP(strv_release) struct strv ids = {0};
		CLEANUP(lineage_release) struct lineage cut = {0};

		make_history(formats[i], import);
		for (int j = 0; j < 2500; j++) {
			strv_fmt(&ids, i == 0 ? "%040x" : "%064x", j);
		}
		add_revs(&ids, "main $(git -C r rev-list main~2)");
		check_newest(&ids, ALL, 1500);
		check_newest(&ids, 1500, 1500);
		ask("r", &ids, 1499, &cut);
		assert_int_equal(cut.len, 1499);
		add_revs(&ids, "main~1");
		check_newest(&ids, 700, 700);
		check_newest(&ids, 1, 1);
	}
}

/* More than fit into the arguments of one command. */
static void test_very_many(void **state)
{
	CLEANUP(strv_release) struct strv ids = {0};

	(void)state;
	make_history("sha256", "c a 0");
	for (int i = 0; i < 40000; i++) {
		strv_fmt(&ids, "%064x", i);
	}
	add_revs(&ids, "main");
	check("r", &ids, ALL, "a");
}

static void test_program_fails(void **state)
{
	CLEANUP(lineage_release) struct lineage lineage = {0};
	CLEANUP(strv_release) struct strv ids = {0};
	struct err err = ERR_INIT;
	AUTO_REPO repo = NULL;

	(void)state;
	make_history("sha256", "c a 0");
	repo = must_open("r");
	add_revs(&ids, "main");
	make("rm -rf r/.git");
	assert_int_equal(git_lineage(repo, &ids, ALL, &lineage, &err), -1);
	assert_int_equal(err.code, ERR_IO);
	assert_int_equal(lineage.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_histories),        T(test_times),
		T(test_impossible_times), T(test_what_is_no_commit_is_left_out),
		T(test_capital_digits),   T(test_branch_named_like_an_id),
		T(test_shallow_clone),    T(test_many),
		T(test_very_many),        T(test_program_fails),
	};

	return cmocka_run_group_tests(tests, setup_environment, NULL);
}
