/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"
#include "os/glob.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[] = "/tmp/steady-glob-XXXXXX";

static void put(const char *name)
{
	AUTO_FREE char *path = path_join(root, name);
	AUTO_FREE char *dir = path_dir(path);
	struct err err = ERR_INIT;

	if (file_make_dirs(dir, 0755, &err) < 0 || file_write(path, "", 0, &err) < 0) {
		fail_msg("%s", err.msg);
	}
}

static void link_to(const char *target, const char *name)
{
	AUTO_FREE char *path = path_join(root, name);

	assert_int_equal(symlink(target, path), 0);
}

static int setup(void **state)
{
	static const char *const files[] = {
		"a.xml",     "b.xml",         "c.txt",          ".hidden.xml",
		"r/1/t.xml", "r/2/t.xml",     "r/2/deep/t.xml", "r/.git/t.xml",
		"r/x.xml",   "we[ir]d/q.xml", "odd name/q.xml",
	};
	AUTO_FREE char *fifo = NULL;

	(void)state;
	if (!mkdtemp(root)) {
		return -1;
	}
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		put(files[i]);
	}
	link_to("r", "link");
	link_to("../r", "r/loop");
	link_to("a.xml", "d.xml");
	link_to("nowhere", "dangling.xml");
	fifo = path_join(root, "fifo.xml");
	return mkfifo(fifo, 0600);
}

static int teardown(void **state)
{
	(void)state;
	file_remove_tree(root);
	return 0;
}

/* The list as one line, without the temporary folder's name. */
static void check_list(const struct strv *list, const char *expected, const char *comment)
{
	CLEANUP(buf_release) struct buf line = BUF_INIT(4096);

	for (size_t i = 0; i < list->len; i++) {
		assert_true(str_starts(list->items[i], root));
		buf_fmt(&line, "%s%s", i ? " " : "", list->items[i] + strlen(root) + 1);
	}
	if (!str_eq(buf_str(&line), expected)) {
		fail_msg("%s: got \"%s\", not \"%s\"", comment, buf_str(&line), expected);
	}
}

static void test_patterns(void **state)
{
	static const struct {
		const char *pattern, *expected, *comment;
	} rows[] = {
		{"*.xml", "a.xml b.xml d.xml", "sorted; no FIFO, no dangling link, no dot file"},
		{".*.xml", ".hidden.xml", "a written dot matches a dot"},
		{"[ab].xml", "a.xml b.xml", "a set"},
		{"?.txt", "c.txt", "one character"},
		{"a.xml", "a.xml", "no wildcard"},
		{"r", "", "a folder is no file"},
		{"r/*", "r/x.xml", "only files"},
		{"r/*/t.xml", "r/1/t.xml r/2/t.xml", "a wildcard for a folder"},
		{"r//*/t.xml", "r/1/t.xml r/2/t.xml", "slashes run together"},
		{"r/**/t.xml", "r/1/t.xml r/2/deep/t.xml r/2/t.xml", "any depth"},
		{"r/**/x.xml", "r/x.xml", "any depth is also none"},
		{"r/**/**/**/t.xml", "r/1/t.xml r/2/deep/t.xml r/2/t.xml", "each once"},
		{"r/**", "r/1/t.xml r/2/deep/t.xml r/2/t.xml r/x.xml", "all files below"},
		{"**/deep/**/t.xml", "r/2/deep/t.xml", "twice any depth"},
		{"r/.git/*.xml", "r/.git/t.xml", "a hidden folder that is named"},
		{"link/x.xml", "link/x.xml", "a link to a folder that is named"},
		{"li*/x.xml", "link/x.xml", "a link to a folder that a wildcard names"},
		{"r/**/loop/x.xml", "r/loop/x.xml", "a link named behind any depth"},
		{"we[[]ir]d/q.xml", "we[ir]d/q.xml", "brackets as a set"},
		{"odd*/q.xml", "odd name/q.xml", "a space"},
		{"none/*.xml", "", "no such folder"},
		{"a.xml/*", "", "a file in a folder's place"},
		{"[", "", "an open set matches itself only"},
		{"r/", "", "ends with a slash"},
		{"", "", "empty"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(strv_release) struct strv found = {0};
		AUTO_FREE char *pattern = mem_fmt("%s/%s", root, rows[i].pattern);

		glob_files(pattern, &found, NULL);
		check_list(&found, rows[i].expected, rows[i].comment);
	}
}

static void test_relative_to_the_current_folder(void **state)
{
	CLEANUP(strv_release) struct strv found = {0};
	AUTO_FREE char *before = path_cwd();

	(void)state;
	assert_int_equal(chdir(root), 0);
	glob_files("*.txt", &found, NULL);
	glob_files("r/x*", &found, NULL);
	glob_files("**/deep/*", &found, NULL);
	glob_files("./c.txt", &found, NULL);
	assert_int_equal(chdir(before), 0);
	assert_int_equal(found.len, 4);
	assert_string_equal(found.items[0], "c.txt");
	assert_string_equal(found.items[1], "r/x.xml");
	assert_string_equal(found.items[2], "r/2/deep/t.xml");
	assert_string_equal(found.items[3], "./c.txt");
}

static void test_two_patterns_for_one_file(void **state)
{
	CLEANUP(strv_release) struct strv found = {0};
	AUTO_FREE char *first = path_join(root, "b.xml");
	AUTO_FREE char *second = path_join(root, "[ab].xml");

	(void)state;
	glob_files(first, &found, NULL);
	glob_files(second, &found, NULL);
	check_list(&found, "b.xml a.xml", "the second adds only what is new");
}

static void test_tree(void **state)
{
	CLEANUP(strv_release) struct strv found = {0};
	AUTO_FREE char *dir = path_join(root, "r");

	(void)state;
	glob_tree(dir, ".xml", &found, NULL);
	check_list(&found, "r/.git/t.xml r/1/t.xml r/2/deep/t.xml r/2/t.xml r/x.xml",
		   "hidden ones too, links to folders not entered");
	glob_tree("/nowhere/at/all", ".xml", &found, NULL);
	assert_int_equal(found.len, 5);
}

static void count_warning(enum log_level level, const char *line, void *payload)
{
	size_t *warnings = payload;

	assert_int_equal(level, LOG_WARNING);
	assert_non_null(strstr(line, "stopped after 100000 entries"));
	(*warnings)++;
}

static void test_looking_is_bounded_and_says_so(void **state)
{
	CLEANUP(buf_release) struct buf pattern = BUF_INIT(4096);
	CLEANUP(strv_release) struct strv found = {0};
	size_t warnings = 0;

	/* each "**" in front of a wildcard multiplies the ways to read a tree */
	(void)state;
	put("w/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/f");
	buf_fmt(&pattern, "%s/w", root);
	for (int i = 0; i < 12; i++) {
		buf_str_add(&pattern, "/**/*");
	}
	log_set_sink(count_warning, &warnings);
	glob_files(buf_str(&pattern), &found, NULL);
	log_set_sink(NULL, NULL);
	assert_int_equal(warnings, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_patterns),
		cmocka_unit_test(test_relative_to_the_current_folder),
		cmocka_unit_test(test_two_patterns_for_one_file),
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_looking_is_bounded_and_says_so),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
