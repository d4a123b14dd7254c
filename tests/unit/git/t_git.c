/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "git/git.h"
#include "os/file.h"
#include "os/process.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* libgit2 up to 1.6 forgets the match data of each setting that it compares (PCRE2, in repositories
 * of format 1); leaks of this program's own code are still reported. */
const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
	return "leak:libpcre2-8";
}

/* Real repositories, made by the git program; each test has a folder of its own. */
static char *root;
static size_t warnings;

static void count_warning(enum log_level level, const char *line, void *payload)
{
	(void)level;
	(void)line;
	(void)payload;
	warnings++;
}

static int setup(void **state)
{
	char name[] = "/tmp/steady-git-XXXXXX";

	(void)state;
	root = mem_str(mkdtemp(name));
	warnings = 0;
	log_set_sink(count_warning, NULL);
	return root ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	log_set_sink(NULL, NULL);
	file_remove_tree(root);
	free(TAKE(root));
	return 0;
}

static int setup_environment(void **state)
{
	static const char *const vars[][2] = {
		{"GIT_CONFIG_GLOBAL",   "/dev/null"           },
		{"GIT_TEMPLATE_DIR",    ""                    },
		{"GIT_CONFIG_NOSYSTEM", "1"                   },
		{"GIT_AUTHOR_NAME",     "a"                   },
		{"GIT_AUTHOR_EMAIL",    "a@example.org"       },
		{"GIT_AUTHOR_DATE",     "2026-01-02T03:04:05Z"},
		{"GIT_COMMITTER_NAME",  "c"                   },
		{"GIT_COMMITTER_EMAIL", "c@example.org"       },
		{"GIT_COMMITTER_DATE",  "2026-01-02T03:04:05Z"},
	};

	(void)state;
	unsetenv("GIT_DIR");
	for (size_t i = 0; i < ARRAY_LEN(vars); i++) {
		setenv(vars[i][0], vars[i][1], 1);
	}
	return 0;
}

/* Runs a script in the test's folder and returns its output without the final newline. */
static char *shell(const char *script)
{
	CLEANUP(buf_release) struct buf out = BUF_INIT(65536);
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

static void make(const char *script)
{
	free(shell(script));
}

/* The usual start: repository "r" on branch main, one commit with file f. */
#define ONE_COMMIT "git init -q -b main r; cd r; echo 1 > f; git add f; git commit -q -m one; "

static struct git_repo *open_in(const char *dir)
{
	AUTO_FREE char *path = path_join(root, dir);

	return git_open(path);
}

static struct git_repo *must_open(const char *dir)
{
	struct git_repo *repo = open_in(dir);

	if (!repo) {
		fail_msg("%s: no repository found", dir);
	}
	return repo;
}

static void cleanup_repo(struct git_repo **repo)
{
	git_close(*repo);
}

#define AUTO_REPO CLEANUP(cleanup_repo) struct git_repo *

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
	assert_false(git_is_dirty(repo, true));
	assert_int_equal(warnings, 0);
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
	static const char *const formats[] = {"sha1", "sha256"};

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
	{":",											false, false, "nothing done"                       },
	{"echo 2 > f",									       true,  true,  "modified"                           },
	{"touch -d 2001-01-01 f",								    false, false, "touched only"                       },
	{"rm f",										     true,  true,  "removed"                            },
	{"rm f; ln -s x f",									  true,  true,  "a link instead of a file"           },
	{"chmod +x f",									       true,  true,  "executable"                         },
	{"echo 2 > f; git add f",								    true,  true,  "staged"                             },
	{"echo 2 > f; git add f; echo 1 > f",							true,  true,  "staged, then back in the work tree" },
	{"git rm -q --cached f",								     true,  true,  "removed from the index only"        },
	{"echo x > new",									     false, true,  "untracked"                          },
	{"mkdir d; echo x > d/new",								  false, true,  "untracked in a folder"              },
	{"mkdir -p d/e",									     false, false, "empty folders"                      },
	{"echo '*.o' > .gitignore; git add .; git commit -q -m two; echo x > a.o; mkdir d; echo x "
	 "> d/b.o",									 false, false, "ignored only, in a folder too"      },
	{"mkdir .git/info; echo '*.o' > .git/info/exclude; mkdir d; echo x > d/b.o; echo x > d/b.c",
	 false,											     true,  "ignored and untracked in one folder"},
	{"git update-index --assume-unchanged f; rm f",                                              false, false, "not to be looked at"                },
	{"git update-index --skip-worktree f; rm f",                                                 false, false, "left out of the work tree"          },
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
		{"touch -d 2001-01-01 f",                          false, false,
		 "git's own filter says that it is the same"                                              },
		{"echo z > f",				     true,  true,  "and here that it is not"},
		{"touch -d 2001-01-01 f; echo 2 > g",              true,  true,  "another file is changed"},
		{"git config --unset filter.up.clean; echo z > f", true,  true,  "filter not set up"      },
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
		{"printf 'b\\0' > f",     true,  true,  "changed"                     },
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
		{"git sparse-checkout set a",                              false, false, "sparse"             },
		{"git sparse-checkout set a; echo 2 > a/f",                true,  true,  "sparse, and changed"},
		{"git sparse-checkout set --sparse-index a",               false, false, "a sparse index"     },
		{"git sparse-checkout set --sparse-index a; echo 2 > a/f", true,  true,
		 "a sparse index, and changed"								},
		{"git update-index --split-index",                         false, false, "a split index"      },
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
		{":",				       false, false, "nothing done"         },
		{"echo x > m/new",                          false, true,  "untracked inside"     },
		{"echo 2 > m/f",                            true,  true,  "modified inside"      },
		{"git -C m commit -q --allow-empty -m two", true,  true,  "another commit inside"},
		{"git submodule --quiet deinit -f m",       false, false, "not checked out"      },
	};

	(void)state;
	make("git init -q -b main m; cd m; echo 1 > f; git add f; git commit -q -m one");
	check_changes("git init -q -b main r; cd r;"
		      "git -c protocol.file.allow=always submodule --quiet add ../m m;"
		      "git commit -q -m one; ",
		      rows, ARRAY_LEN(rows));
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
			"git commit -q --allow-empty -m one; cd ..;"
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
	static const char *const formats[] = {"sha1", "sha256"};

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
	static const char *const formats[] = {"sha1", "sha256"};

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
		{"HEAD",								     ERR_USAGE,     "a name"                      },
		{"",									 ERR_USAGE,     "empty"                       },
		{"abc",								      ERR_USAGE,     "too short to mean one commit"},
		{"--exec=x",								 ERR_USAGE,     "looks like an option"        },
		{"deadbeef",								 ERR_NOT_FOUND, "unknown"                     },
		{"deadbeefdeadbeefdeadbeefdeadbeefdeadbeef",                                 ERR_NOT_FOUND, "unknown in full"             },
		{"deadbeefdeadbeefdeadbeefdeadbeefdeadbeefdeadbeefdeadbeefdeadbeefdeadbeef",
		 ERR_USAGE,										 "too long"                    },
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

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_plain),
		T(test_one_tree_of_two_commits),
		T(test_merge),
		T(test_worktree),
		T(test_worktree_settings),
		T(test_shallow_clone_names_its_missing_parents),
		T(test_detached),
		T(test_unborn),
		T(test_bare),
		T(test_none),
		T(test_dirty),
		T(test_dirty_sha256),
		T(test_dirty_through_filters),
		T(test_dirty_through_encodings),
		T(test_dirty_sparse),
		T(test_dirty_submodule),
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
