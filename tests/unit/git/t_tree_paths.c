/* SPDX-License-Identifier: Apache-2.0 */
#include "git/repos.h"

#include "git/tree_paths.h"

#include <string.h>

static void test_trees(void **state)
{
	static const struct {
		const char *script;
		size_t most;
		const char *want; /* NULL: it fails */
	} rows[] = {
		{"mkdir -p d/e d-; echo 1 > d/e/x; echo 1 > d-/y; echo 1 > 'a b'; git add .; c one "
		 "0",
		 3, "a b|d-/y|d/e/x|"},
		/* what is not committed is not there, what is removed only here is */
		{"echo 1 > a; git add .; c one 0; echo 1 > b; git add .; rm a", 3, "a|"},
		{"echo 1 > a; git add .; c one 0; git rm -q a; c two 1", 3, ""},
		{"c none 0", 3, ""},
		{"true", 3, ""},
		{"ln -s nowhere l; git add .; c one 0", 3, "l|"},
		{"for f in a b c; do echo 1 > $f; done; git add .; c one 0", 3, "a|b|c|"},
		{"for f in a b c d; do echo 1 > $f; done; git add .; c one 0", 3, NULL},
		{"touch \"$(printf 'new\\nline')\" \"$(printf '\\303\\244')\"; git add .; c one 0",
		 3, "new\nline|\303\244|"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows) * ARRAY_LEN(formats); i++) {
		size_t row = i / ARRAY_LEN(formats);
		CLEANUP(buf_release) struct buf got = BUF_INIT(65536);
		CLEANUP(strv_release) struct strv paths = {0};
		struct err err = ERR_INIT;
		AUTO_REPO repo = NULL;

		make_history(formats[i % ARRAY_LEN(formats)], rows[row].script);
		repo = must_open("r");
		if ((git_tree_paths(repo, rows[row].most, &paths, &err) == 0) !=
		    (rows[row].want != NULL)) {
			fail_msg("%s: %s", rows[row].script, err.msg);
		}
		for (size_t k = 0; k < paths.len; k++) {
			buf_fmt(&got, "%s|", paths.items[k]);
		}
		assert_string_equal(buf_str(&got), rows[row].want ? rows[row].want : "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_trees, setup, teardown),
	};

	return cmocka_run_group_tests(tests, setup_environment, NULL);
}
