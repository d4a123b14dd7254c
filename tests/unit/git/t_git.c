/* SPDX-License-Identifier: Apache-2.0 */
#include "git/repos.h"

#include "base/str.h"

#include <string.h>

static void check_path(const char *path, const char *expected)
{
	AUTO_FREE char *full = path_join(root, expected);

	assert_non_null(path);
	assert_string_equal(path, full);
}

/* Compares with what git says in that folder about a revision. */
static void check_described(const struct source *source, const char *dir, const char *rev)
{
	AUTO_FREE char *script =
		mem_fmt("cd %s; git log --no-walk --format='%%H %%T %%P.' %s", dir, rev);
	AUTO_FREE char *expected = shell(script);
	CLEANUP(buf_release) struct buf got = BUF_INIT(4096);

	buf_fmt(&got, "%s %s ", str_or(source->commit, "-"), str_or(source->tree, "-"));
	for (size_t i = 0; i < source->parents.len; i++) {
		buf_fmt(&got, "%s%s", i ? " " : "", source->parents.items[i]);
	}
	buf_char(&got, '.');
	assert_string_equal(buf_str(&got), expected);
}

static void describe(struct git_repo *repo, const char *rev, struct source *source)
{
	struct err err = ERR_INIT;

	if (git_describe(repo, rev, source, &err) < 0) {
		fail_msg("%s", err.msg);
	}
}

static void test_plain(void **state)
{
	CLEANUP(source_release) struct source source = {0};
	AUTO_REPO repo = NULL;

	(void)state;
	make(ONE_COMMIT "echo 2 > f; git commit -q -am two; mkdir -p sub/deep");
	repo = must_open("r/sub/deep");
	check_path(git_root(repo), "r");
	check_path(git_common_dir(repo), "r/.git");
	describe(repo, NULL, &source);
	check_described(&source, "r", "HEAD");
	assert_int_equal(source.parents.len, 1);
	assert_string_equal(source.branch, "main");
	assert_string_equal(source.from.commit, "git HEAD");
	assert_string_equal(source.from.tree, "git HEAD");
	assert_string_equal(source.from.branch, "git HEAD");
	assert_false(git_is_dirty(repo, true));
	assert_int_equal(warnings, 0);
}

static void test_what_others_said_stays_theirs(void **state)
{
	CLEANUP(source_release) struct source source = {0};
	AUTO_REPO repo = NULL;

	(void)state;
	make(ONE_COMMIT);
	repo = must_open("r");
	source.commit = shell("git -C r rev-parse HEAD");
	source.from.commit = "GITHUB_SHA";
	describe(repo, source.commit, &source);
	check_described(&source, "r", "HEAD");
	assert_string_equal(source.from.commit, "GITHUB_SHA");
	assert_string_equal(source.from.tree, "git");
	assert_null(source.branch);
	assert_null(source.from.branch);
}

static void test_one_tree_of_two_commits(void **state)
{
	CLEANUP(source_release) struct source one = {0};
	CLEANUP(source_release) struct source two = {0};
	AUTO_FREE char *first = NULL;
	AUTO_REPO repo = NULL;

	(void)state;
	make(ONE_COMMIT "git commit -q --allow-empty -m two");
	first = shell("git -C r rev-parse HEAD^");
	repo = must_open("r");
	describe(repo, NULL, &two);
	describe(repo, first, &one);
	check_described(&one, "r", "HEAD^");
	assert_string_not_equal(one.commit, two.commit);
	assert_string_equal(one.tree, two.tree);
	/* the branch is told for HEAD only */
	assert_null(one.branch);
}

static void test_merge(void **state)
{
	CLEANUP(source_release) struct source source = {0};
	AUTO_REPO repo = NULL;

	(void)state;
	make(ONE_COMMIT "git checkout -q -b side; echo s > s; git add s; git commit -q -m side;"
			"git checkout -q main; echo 2 > f; git commit -q -am two;"
			"git merge -q --no-edit side");
	repo = must_open("r");
	describe(repo, NULL, &source);
	check_described(&source, "r", "HEAD");
	assert_int_equal(source.parents.len, 2);
}

static void test_worktree(void **state)
{
	CLEANUP(source_release) struct source source = {0};
	AUTO_REPO repo = NULL;

	(void)state;
	make(ONE_COMMIT "git worktree add -q -b topic ../w; cd ../w; echo 2 > f;"
			"git commit -q -am two; echo 3 > ../r/f");
	repo = must_open("w");
	check_path(git_root(repo), "w");
	check_path(git_common_dir(repo), "r/.git");
	describe(repo, NULL, &source);
	check_described(&source, "w", "HEAD");
	assert_string_equal(source.branch, "topic");
	assert_false(git_is_dirty(repo, true));
}

static void test_worktree_settings(void **state)
{
	CLEANUP(source_release) struct source source = {0};
	AUTO_REPO repo = NULL;

	(void)state;
	make(ONE_COMMIT "git config core.repositoryformatversion 1;"
			"git config extensions.worktreeConfig true");
	repo = must_open("r");
	describe(repo, NULL, &source);
	check_described(&source, "r", "HEAD");
}

static void test_shallow_clone_names_its_missing_parents(void **state)
{
	CLEANUP(source_release) struct source source = {0};
	AUTO_FREE char *parent = NULL;
	AUTO_REPO repo = NULL;
	struct err err = ERR_INIT;

	(void)state;
	make(ONE_COMMIT "echo 2 > f; git commit -q -am two; cd ..;"
			"git clone -q --depth 1 \"file://$PWD/r\" s");
	parent = shell("git -C r rev-parse HEAD^");
	repo = must_open("s");
	describe(repo, NULL, &source);
	assert_int_equal(source.parents.len, 1);
	assert_string_equal(source.parents.items[0], parent);
	assert_false(git_is_dirty(repo, true));
	assert_int_equal(git_describe(repo, parent, &source, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_non_null(strstr(err.msg, parent));
}

static void test_detached(void **state)
{
	CLEANUP(source_release) struct source source = {0};
	AUTO_REPO repo = NULL;

	(void)state;
	make(ONE_COMMIT "git checkout -q --detach");
	repo = must_open("r");
	describe(repo, NULL, &source);
	check_described(&source, "r", "HEAD");
	assert_null(source.branch);
}

static void test_unborn(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		CLEANUP(source_release) struct source source = {0};
		AUTO_FREE char *script =
			mem_fmt("rm -rf r; git init -q --object-format=%s -b main r", formats[i]);
		AUTO_REPO repo = NULL;

		make(script);
		repo = must_open("r");
		describe(repo, NULL, &source);
		assert_null(source.commit);
		assert_null(source.tree);
		assert_null(source.branch);
		assert_false(git_is_dirty(repo, true));
		make("echo 1 > r/f");
		assert_true(git_is_dirty(repo, true));
		assert_false(git_is_dirty(repo, false));
		make("git -C r add f");
		assert_true(git_is_dirty(repo, false));
	}
}

static void test_bare(void **state)
{
	CLEANUP(source_release) struct source source = {0};
	AUTO_REPO repo = NULL;

	(void)state;
	make(ONE_COMMIT "cd ..; git clone -q --bare r b.git");
	repo = must_open("b.git");
	assert_null(git_root(repo));
	check_path(git_common_dir(repo), "b.git");
	describe(repo, NULL, &source);
	check_described(&source, "r", "HEAD");
	assert_string_equal(source.branch, "main");
	assert_false(git_is_dirty(repo, true));
}

static void test_none(void **state)
{
	(void)state;
	make("mkdir plain");
	assert_null(open_in("plain"));
	assert_null(open_in("not-there"));
	assert_int_equal(warnings, 0);
	make("mkdir -p hollow/.git");
	assert_null(open_in("hollow"));
	assert_int_equal(warnings, 1);
}

static void test_sha256(void **state)
{
	CLEANUP(source_release) struct source source = {0};
	CLEANUP(source_release) struct source first = {0};
	AUTO_FREE char *id = NULL;
	AUTO_REPO repo = NULL;
	struct err err = ERR_INIT;

	(void)state;
	make("git init -q --object-format=sha256 -b main r; cd r; echo 1 > f; git add f;"
	     "git commit -q -m one; git commit -q --allow-empty -m 'tree x"
	     "\n\nparent y'; mkdir sub");
	repo = must_open("r/sub");
	check_path(git_root(repo), "r");
	check_path(git_common_dir(repo), "r/.git");
	describe(repo, NULL, &source);
	check_described(&source, "r", "HEAD");
	assert_int_equal(strlen(source.tree), 64);
	assert_string_equal(source.branch, "main");
	id = shell("git -C r rev-parse HEAD^");
	describe(repo, id, &first);
	check_described(&first, "r", "HEAD^");
	id[0] = id[0] == '0' ? '1' : '0';
	assert_int_equal(git_describe(repo, id, &first, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	make("git -C r checkout -q --detach");
	source_release(&source);
	describe(repo, NULL, &source);
	assert_null(source.branch);
	assert_int_equal(warnings, 0);
}

/* A hook runs with these set; the question is about the folder all the same. */
static void test_environment_of_a_hook(void **state)
{
	static const char *const dirs[] = {"r", "s"};

	(void)state;
	make(ONE_COMMIT "cd ..; git init -q --object-format=sha256 -b main s; cd s;"
			"echo 1 > f; git add f; git commit -q -m one; cd ..;"
			"git init -q -b other o; cd o; git commit -q --allow-empty -m other");
	for (size_t i = 0; i < ARRAY_LEN(dirs); i++) {
		CLEANUP(source_release) struct source source = {0};
		AUTO_FREE char *other = path_join(root, "o/.git");
		AUTO_REPO repo = NULL;

		setenv("GIT_DIR", other, 1);
		setenv("GIT_INDEX_FILE", "/nowhere", 1);
		repo = must_open(dirs[i]);
		describe(repo, NULL, &source);
		assert_false(git_is_dirty(repo, true));
		unsetenv("GIT_DIR");
		unsetenv("GIT_INDEX_FILE");
		check_path(git_root(repo), dirs[i]);
		check_described(&source, dirs[i], "HEAD");
	}
}

static void test_nothing_of_a_repository_is_run_or_written(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		CLEANUP(source_release) struct source source = {0};
		AUTO_FREE char *script = mem_fmt(
			"rm -rf r; git init -q --object-format=%s -b main r; cd r; echo 1 > f;"
			"git add f; git commit -q -m one; git config core.fsmonitor 'touch ../ran; "
			":';"
			"touch -d 2001-01-01 f .git/index; chmod 500 .git",
			formats[i]);
		AUTO_FREE char *index = mem_fmt("%s/r/.git/index", root);
		AUTO_FREE char *ran = path_join(root, "ran");
		struct file_stamp before, after;
		AUTO_REPO repo = NULL;

		make(script);
		assert_int_equal(file_stamp(index, &before), 0);
		repo = must_open("r");
		describe(repo, NULL, &source);
		assert_false(git_is_dirty(repo, true));
		assert_int_equal(file_stamp(index, &after), 0);
		assert_true(file_stamp_eq(&before, &after));
		assert_false(file_exists(ran));
	}
}

/* Only root can give a folder to somebody else; jobs in containers see such folders every day. */
static void test_repository_of_another_owner(void **state)
{
	(void)state;
	if (geteuid() != 0) {
		skip();
	}
	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		CLEANUP(source_release) struct source source = {0};
		AUTO_FREE char *script =
			mem_fmt("rm -rf r; git init -q --object-format=%s -b main r; cd r;"
				"git commit -q --allow-empty -m one; cd ..; chown -R 12345:12345 r",
				formats[i]);
		AUTO_REPO repo = NULL;

		make(script);
		repo = must_open("r");
		describe(repo, NULL, &source);
		assert_non_null(source.tree);
		assert_false(git_is_dirty(repo, true));
	}
}

static void test_unreadable_repository_is_told(void **state)
{
	(void)state;
	make(ONE_COMMIT "git config core.repositoryformatversion 1;"
			"git config extensions.refStorage unheard-of");
	assert_null(open_in("r"));
	assert_int_equal(warnings, 1);
}

static void test_what_is_known_stays(void **state)
{
	CLEANUP(source_release) struct source source = {0};
	CLEANUP(source_release) struct source other = {0};
	AUTO_FREE char *id = NULL;
	AUTO_REPO repo = NULL;

	(void)state;
	make(ONE_COMMIT "git commit -q --allow-empty -m two");
	id = shell("git -C r rev-parse HEAD");
	repo = must_open("r");
	source.commit = mem_strn(id, 10);
	source.branch = mem_str("given");
	describe(repo, NULL, &source);
	assert_int_equal(strlen(source.commit), 10);
	assert_non_null(source.tree);
	assert_int_equal(source.parents.len, 1);
	assert_string_equal(source.branch, "given");
	/* another commit than HEAD's: its tree is not HEAD's */
	other.commit = mem_str("0123456789012345678901234567890123456789");
	describe(repo, NULL, &other);
	assert_null(other.tree);
	assert_null(other.branch);
	assert_int_equal(other.parents.len, 0);
}

static void test_revisions(void **state)
{
	static const struct {
		const char *rev;
		enum err_code code;
		const char *comment;
	} rows[] = {
		{"HEAD", ERR_USAGE, "a name"},
		{"", ERR_USAGE, "empty"},
		{"abc", ERR_USAGE, "too short to mean one commit"},
		{"--exec=x", ERR_USAGE, "looks like an option"},
		{"deadbeef", ERR_NOT_FOUND, "unknown"},
		{"deadbeefdeadbeefdeadbeefdeadbeefdeadbeef", ERR_NOT_FOUND, "unknown in full"},
		{"deadbeefdeadbeefdeadbeefdeadbeefdeadbeefdeadbeefdeadbeefdeadbeefdeadbeef",
		 ERR_USAGE, "too long"},
	};
	AUTO_FREE char *tree = NULL;
	AUTO_FREE char *tag = NULL;
	CLEANUP(source_release) struct source source = {0};
	struct err err = ERR_INIT;
	AUTO_REPO repo = NULL;

	(void)state;
	make(ONE_COMMIT "git tag -a -m tag v1");
	repo = must_open("r");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(git_describe(repo, rows[i].rev, &source, &err), -1);
		if (err.code != rows[i].code) {
			fail_msg("%s: %s", rows[i].comment, err.msg);
		}
	}
	tree = shell("git -C r rev-parse HEAD^{tree}");
	assert_int_equal(git_describe(repo, tree, &source, &err), -1);
	assert_null(source.commit);
	tag = shell("git -C r rev-parse v1 | tr a-f A-F | cut -c1-12");
	describe(repo, tag, &source);
	check_described(&source, "r", "HEAD");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_plain),
		T(test_what_others_said_stays_theirs),
		T(test_one_tree_of_two_commits),
		T(test_merge),
		T(test_worktree),
		T(test_worktree_settings),
		T(test_shallow_clone_names_its_missing_parents),
		T(test_detached),
		T(test_unborn),
		T(test_bare),
		T(test_none),
		T(test_sha256),
		T(test_environment_of_a_hook),
		T(test_nothing_of_a_repository_is_run_or_written),
		T(test_repository_of_another_owner),
		T(test_unreadable_repository_is_told),
		T(test_what_is_known_stays),
		T(test_revisions),
	};

	return cmocka_run_group_tests(tests, setup_environment, NULL);
}
