/* SPDX-License-Identifier: Apache-2.0 */
#include "git/repos.h"

/* What happens to a clean repository, and whether that makes it dirty. */
struct change {
	const char *script;
	bool dirty, dirty_with_untracked;
	const char *comment;
};

static void check_changes(const char *start, const struct change *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		AUTO_FREE char *script = mem_fmt("rm -rf r; %s%s", start, rows[i].script);
		AUTO_REPO repo = NULL;

		make(script);
		repo = must_open("r");
		if (git_is_dirty(repo, false) != rows[i].dirty ||
		    git_is_dirty(repo, true) != rows[i].dirty_with_untracked) {
			fail_msg("%s", rows[i].comment);
		}
	}
}

static const struct change changes[] = {
	{":", false, false, "nothing done"},
	{"echo 2 > f", true, true, "modified"},
	{"touch -d 2001-01-01 f", false, false, "touched only"},
	{"rm f", true, true, "removed"},
	{"rm f; ln -s x f", true, true, "a link instead of a file"},
	{"chmod +x f", true, true, "executable"},
	{"echo 2 > f; git add f", true, true, "staged"},
	{"echo 2 > f; git add f; echo 1 > f", true, true, "staged, then back in the work tree"},
	{"git rm -q --cached f", true, true, "removed from the index only"},
	{"echo x > new", false, true, "untracked"},
	{"mkdir d; echo x > d/new", false, true, "untracked in a folder"},
	{"mkdir -p d/e", false, false, "empty folders"},
	{"echo '*.o' > .gitignore; git add .; git commit -q -m two; echo x > a.o; mkdir d; echo x "
	 "> d/b.o",
	 false, false, "ignored only, in a folder too"},
	{"mkdir .git/info; echo '*.o' > .git/info/exclude; mkdir d; echo x > d/b.o; echo x > d/b.c",
	 false, true, "ignored and untracked in one folder"},
	{"git update-index --assume-unchanged f; rm f", false, false, "not to be looked at"},
	{"git update-index --skip-worktree f; rm f", false, false, "left out of the work tree"},
};

static void test_dirty(void **state)
{
	(void)state;
	check_changes(ONE_COMMIT, changes, ARRAY_LEN(changes));
}

static void test_dirty_sha256(void **state)
{
	(void)state;
	check_changes("git init -q --object-format=sha256 -b main r; cd r; echo 1 > f; git add f;"
		      "git commit -q -m one; ",
		      changes, ARRAY_LEN(changes));
}

static void test_dirty_through_filters(void **state)
{
	static const struct change rows[] = {
		{"touch -d 2001-01-01 f", false, false,
		 "git's own filter says that it is the same"},
		{"echo z > f", true, true, "and here that it is not"},
		{"touch -d 2001-01-01 f; echo 2 > g", true, true, "another file is changed"},
		{"git config --unset filter.up.clean; echo z > f", true, true, "filter not set up"},
	};

	(void)state;
	check_changes(
		"git init -q -b main r; cd r; git config filter.up.clean 'tr a-y A-Y';"
		"git config filter.up.smudge 'tr A-Y a-y'; echo 'f filter=up' > .gitattributes;"
		"echo abc > f; echo 1 > g; git add .; git commit -q -m one; ",
		rows, ARRAY_LEN(rows));
}

static void test_dirty_through_encodings(void **state)
{
	static const struct change rows[] = {
		{"touch -d 2001-01-01 f", false, false, "the same in another encoding"},
		{"printf 'b\\0' > f", true, true, "changed"},
	};

	(void)state;
	check_changes("git init -q -b main r; cd r;"
		      "echo 'f working-tree-encoding=UTF-16LE' > .gitattributes;"
		      "printf 'a\\0' > f; git add .; git commit -q -m one; ",
		      rows, ARRAY_LEN(rows));
}

static void test_dirty_sparse(void **state)
{
	static const struct change rows[] = {
		{"git sparse-checkout set a", false, false, "sparse"},
		{"git sparse-checkout set a; echo 2 > a/f", true, true, "sparse, and changed"},
		{"git sparse-checkout set --sparse-index a", false, false, "a sparse index"},
		{"git sparse-checkout set --sparse-index a; echo 2 > a/f", true, true,
		 "a sparse index, and changed"},
		{"git update-index --split-index", false, false, "a split index"},
	};

	(void)state;
	check_changes(
		"git init -q -b main r; cd r; mkdir a b; echo 1 > a/f; echo 1 > b/f; git add .;"
		"git commit -q -m one; ",
		rows, ARRAY_LEN(rows));
}

static void test_dirty_submodule(void **state)
{
	static const struct change rows[] = {
		{":", false, false, "nothing done"},
		{"echo x > m/new", false, true, "untracked inside"},
		{"echo 2 > m/f", true, true, "modified inside"},
		{"git -C m commit -q --allow-empty -m two", true, true, "another commit inside"},
		{"git submodule --quiet deinit -f m", false, false, "not checked out"},
	};

	(void)state;
	make("git init -q -b main m; cd m; echo 1 > f; git add f; git commit -q -m one");
	check_changes("git init -q -b main r; cd r;"
		      "git -c protocol.file.allow=always submodule --quiet add ../m m;"
		      "git commit -q -m one; ",
		      rows, ARRAY_LEN(rows));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_dirty),
		T(test_dirty_sha256),
		T(test_dirty_through_filters),
		T(test_dirty_through_encodings),
		T(test_dirty_sparse),
		T(test_dirty_submodule),
	};

	return cmocka_run_group_tests(tests, setup_environment, NULL);
}
