/* SPDX-License-Identifier: Apache-2.0 */
#include "git/repos.h"

#include "base/str.h"
#include "git/file_at.h"

static char *read_at(struct git_repo *repo, const char *rev, const char *path, struct err *err)
{
	AUTO_FREE char *id = rev_id(rev);
	CLEANUP(buf_release) struct buf text = BUF_INIT(10);
	int rc = git_file_at(repo, id, path, &text, err);

	if (rc == 0) {
		return buf_take(&text);
	}
	return rc > 0 ? NULL : mem_str("error");
}

static void test_files(void **state)
{
	static const struct {
		const char *rev, *path, *text; /* NULL: there is none */
	} rows[] = {
		{"HEAD", "f", "two\n"},    {"HEAD~1", "f", "one\n"}, {"HEAD", "d/e/f", "deep"},
		{"HEAD~1", "d/e/f", NULL}, {"HEAD", "run", "x"},     {"HEAD", "empty", ""},
		{"HEAD", "none", NULL},    {"HEAD", "d", "error"},   {"HEAD", "link", "error"},
		{"HEAD", "long", "error"}, {"HEAD", "[f]", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows) * ARRAY_LEN(formats); i++) {
		struct err err = ERR_INIT;
		AUTO_FREE char *text = NULL;
		AUTO_REPO repo = NULL;

		make_history(formats[i % 2],
			     "echo one > f; git add f; c a 0; echo two > f; mkdir -p d/e;"
			     "printf deep > d/e/f; printf x > run; chmod +x run; : > empty;"
			     "ln -s f link; echo 0123456789 > long; git add .; c b 1;"
			     "echo dirty > f");
		repo = must_open("r");
		text = read_at(repo, rows[i / 2].rev, rows[i / 2].path, &err);
		if (!str_eq(text, rows[i / 2].text)) {
			fail_msg("%s %s: %s %s", rows[i / 2].rev, rows[i / 2].path,
				 str_or(text, "none"), err.msg);
		}
	}
	assert_int_equal(warnings, 0);
}

static void test_no_commits(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		CLEANUP(strv_release) struct strv ids = {0};
		AUTO_REPO repo = NULL;

		make_history(formats[i], "echo one > f; git add f; c a 0");
		repo = must_open("r");
		ids = no_commits();
		VEC_EACH (char *, id, &ids) {
			struct err err = ERR_INIT;
			CLEANUP(buf_release) struct buf text = BUF_INIT(10);

			assert_int_equal(git_file_at(repo, *id, "f", &text, &err), -1);
			assert_int_equal(err.code, ERR_NOT_FOUND);
			assert_int_equal(text.len, 0);
		}
	}
}

/* A partial clone has commits and trees, and not every content. */
static void test_content_that_is_not_here(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		struct err err = ERR_INIT;
		AUTO_FREE char *text = NULL;
		AUTO_REPO repo = NULL;

		make_history(formats[i],
			     "echo one > f; git add f; c a 0; id=$(git rev-parse HEAD:f);"
			     "rm -f .git/objects/$(echo $id | cut -c1-2)/$(echo $id | cut -c3-)");
		repo = must_open("r");
		text = read_at(repo, "HEAD", "f", &err);
		assert_string_equal(text, "error");
		assert_int_equal(err.code, ERR_IO);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_files),
		T(test_no_commits),
		T(test_content_that_is_not_here),
	};

	return cmocka_run_group_tests(tests, setup_environment, NULL);
}
