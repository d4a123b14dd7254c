/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/mem.h"
#include "base/str.h"
#include "junit/reader.h"
#include "os/file.h"
#include "os/glob.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Every row of every expected.tsv against what the reader finds. */

/* The file as a row of expected.tsv. */
static void describe(const char *name, const struct results_file *file, struct buf *out)
{
	buf_fmt(out, "%s\t%s\t%s\t%zu\t%zu\t%zu\t%zu\t%zu\t%zu\t%zu", name,
		file_state_name(file->state), str_or(file->producer, "-"), file->tests,
		file->passed, file->failed, file->errors, file->skipped, file->flaky,
		file->suite_errors);
}

static void check_invariants(const struct results_file *file)
{
	size_t kinds = file->passed + file->failed + file->errors + file->skipped;

	assert_int_equal(kinds, file->results.len);
	assert_true(file->tests >= file->results.len);
	assert_int_equal(file->state > FILE_REPAIRED, file->error != NULL);
	assert_true(file->state != FILE_REPAIRED || file->warnings.len > 0);
	assert_int_equal(file->suite_errors > 0, file->first_suite_error != NULL);
	/* No report that a real framework finished is thought to hide something. */
	if (file->state <= FILE_REPAIRED && file->unshown_tests + file->unshown_failures > 0) {
		fail_msg("%s: %zu tests and %zu failures unshown", file->path, file->unshown_tests,
			 file->unshown_failures);
	}
	assert_int_equal(strlen(file->digest), HASH_HEX_MAX);
	VEC_EACH (const struct result, result, &file->results) {
		bool bad = outcome_is_bad(result->outcome);

		assert_int_equal(strlen(result->id), TEST_ID_LEN);
		assert_ptr_equal(result_list_find(&file->results, result->id), result);
		assert_int_equal(bad || result->failed_tries > 0, result->failure != NULL);
	}
}

static size_t rows_wrong;

static void check_row(const char *folder, const char *row)
{
	AUTO_FREE char *name = mem_strn(row, strcspn(row, "\t"));
	AUTO_FREE char *path = mem_fmt("%s/junit/%s/%s", FIXTURES, folder, name);
	CLEANUP(buf_release) struct buf found = BUF_INIT(4096);
	CLEANUP(results_file_release) struct results_file file = {0};

	junit_read(path, &file);
	describe(name, &file, &found);
	if (!str_eq(buf_str(&found), row)) {
		print_error("%s:\nexpected %s\nfound    %s (%s)\n", folder, row, buf_str(&found),
			    str_or(file.error, "no error"));
		rows_wrong++;
	}
	assert_string_equal(file.path, path);
	check_invariants(&file);
}

/* The text of a folder's expected.tsv; the caller frees. */
static char *read_table(const char *folder)
{
	AUTO_FREE char *path = mem_fmt("%s/junit/%s/expected.tsv", FIXTURES, folder);
	struct err err = ERR_INIT;
	char *text = NULL;
	size_t len = 0;

	if (file_read(path, 65536, &text, &len, &err) < 0) {
		fail_msg("%s", err.msg);
	}
	assert_true(str_starts(text, "file\tstate\t"));
	return text;
}

static void check_folder(const char *folder)
{
	AUTO_FREE char *text = read_table(folder);
	char *rest = strchr(text, '\n') + 1;
	char *line = NULL;

	while ((line = strsep(&rest, "\n")) != NULL) {
		if (*line) {
			check_row(folder, line);
		}
	}
}

/* Calls check with the name of each folder that has a table. */
static void each_folder(void (*check)(const char *folder))
{
	CLEANUP(strv_release) struct strv tables = {0};

	glob_files(FIXTURES "/junit/*/expected.tsv", &tables, NULL);
	assert_true(tables.len > 0);
	for (size_t i = 0; i < tables.len; i++) {
		AUTO_FREE char *folder = path_dir(tables.items[i]);

		check(path_base(folder));
	}
}

static void test_rows(void **state)
{
	(void)state;
	each_folder(check_folder);
	assert_int_equal(rows_wrong, 0);
}

static void check_complete(const char *folder)
{
	AUTO_FREE char *text = read_table(folder);
	AUTO_FREE char *pattern = mem_fmt("%s/junit/%s/*.xml", FIXTURES, folder);
	CLEANUP(strv_release) struct strv found = {0};

	glob_files(pattern, &found, NULL);
	assert_true(found.len > 0);
	for (size_t i = 0; i < found.len; i++) {
		AUTO_FREE char *start = mem_fmt("\n%s\t", path_base(found.items[i]));

		if (!strstr(text, start)) {
			fail_msg("%s is not in expected.tsv", found.items[i]);
		}
	}
}

/* A report that somebody adds without a row would never be looked at. */
static void test_no_row_missing(void **state)
{
	(void)state;
	each_folder(check_complete);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_no_row_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
