/* SPDX-License-Identifier: Apache-2.0 */
#include "git/repos.h"

#include "base/str.h"
#include "git/changed.h"

#include <string.h>

static bool no_report(const char *path, const char *absolute, bool tracked, void *payload)
{
	(void)payload;
	assert_true(absolute[0] == '/' && str_ends(absolute, path));
	return tracked || !str_ends(path, ".xml");
}

static void what_a_script_changed(void **state)
{
	static const struct {
		const char *before, *meanwhile, *want;
	} rows[] = {
		{":", ":", NULL},
		{"echo 2 > f; echo x > old; git add f", ":", NULL},
		{":", "echo 2 > f", "f"},
		{"echo 2 > f", "echo 3 > f", "f"},
		{":", "echo 2 > f; echo 1 > f", NULL},
		{":", "rm f", NULL},
		{":", "rm f; echo 2 > f2; mv f2 f", "f"},
		{":", "touch -d 2001-01-01 new", "new"},
		{":", "mkdir -p d/e; echo x > d/e/new", "d/e/new"},
		{":", "echo x > new; git add new", "new"},
		{":", "git mv f g", "g"},
		{"rm f", "mkdir x", NULL},
		/* libgit2 knows none of these */
		{"git update-index --split-index", "echo 2 > f", "f"},
		{"mkdir d; echo 1 > d/g; git add d; git commit -qm two; git sparse-checkout set d;"
		 "rm -f f",
		 ":", NULL},
		{":", "echo x > report.xml", NULL},
		{"echo x > report.xml; git add -A; git commit -qm two", "echo y > report.xml",
		 "report.xml"},
		/* a repository in this one */
		{"git init -q sub; cd sub; echo 1 > g; git add g; git commit -qm sub; mkdir d; "
		 "echo 1 "
		 "> d/h; git add d; git commit -qm d; cd ..",
		 "echo 2 > sub/d/new", "sub/d/new"},
		{":", "echo x > report.xml; echo x > s", "s"},
		{"echo '*.o' > .gitignore; git add .; git commit -qm two", "echo x > a.o", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_FREE char *before = mem_fmt("rm -rf r; " ONE_COMMIT "%s", rows[i].before);
		AUTO_FREE char *meanwhile = mem_fmt("cd r; %s", rows[i].meanwhile);
		AUTO_FREE char *found = NULL;
		struct git_repo *repo = NULL;
		int64_t since_ns = 0;

		make(before);
		repo = open_in("r");
		since_ns = file_clock_tick();
		make(meanwhile);
		assert_int_equal(git_find_changed(repo, since_ns, no_report, NULL, &found), 0);
		git_close(repo);
		if (!str_eq(found, rows[i].want)) {
			fail_msg("%s; %s: %s", rows[i].before, rows[i].meanwhile,
				 str_or(found, "nothing"));
		}
	}
}

static void clones_are_one_project(void **state)
{
	static const struct {
		const char *url, *want;
	} rows[] = {
		{"https://github.com/own/shop.git", "github.com/own/shop"},
		{"https://github.com/own/shop/", "github.com/own/shop"},
		{"https://token:secret@github.com/own/shop", "github.com/own/shop"},
		{"git@github.com:own/shop.git", "github.com/own/shop"},
		{"ssh://git@host:22/a@b/shop", "host:22/a@b/shop"},
		{"/srv/git/shop.git", "/srv/git/shop"},
	};
	AUTO_FREE char *none = NULL;
	struct git_repo *repo = NULL;

	(void)state;
	make(ONE_COMMIT ":");
	repo = open_in("r");
	none = git_project(repo);
	assert_string_equal(none, git_common_dir(repo));
	git_close(repo);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_FREE char *script =
			mem_fmt("rm -rf r; " ONE_COMMIT "git remote add origin '%s'", rows[i].url);
		AUTO_FREE char *name = NULL;

		make(script);
		repo = open_in("r");
		name = git_project(repo);
		git_close(repo);
		assert_string_equal(name, rows[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(what_a_script_changed),
		T(clones_are_one_project),
	};

	return cmocka_run_group_tests(tests, setup_environment, NULL);
}
