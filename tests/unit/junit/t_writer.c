/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/str.h"
#include "junit/reader.h"
#include "junit/writer.h"
#include "os/glob.h"

#include <string.h>

#define MAX_TESTS 600

static void write_all(struct buf *out, const struct results_file *file)
{
	struct junit_written tests[MAX_TESTS];
	size_t len = 0;

	assert_true(file->results.len <= MAX_TESTS);
	VEC_EACH (const struct result, result, &file->results) {
		tests[len++] = (struct junit_written){.result = result};
	}
	junit_write(out, "report", tests, len);
}

static void check_failure(const struct failure *before, const struct failure *after)
{
	if (before && after) {
		assert_true(str_eq(before->type, after->type));
		assert_true(str_eq(before->message, after->message));
		assert_true(str_eq(before->text, after->text));
		assert_true(str_eq(before->output, after->output));
	}
	assert_int_equal(before != NULL, after != NULL);
}

static void check_result(const struct result *before, const struct result *after)
{
	assert_true(str_eq(before->test.suite, after->test.suite));
	assert_true(str_eq(before->test.class_name, after->test.class_name));
	assert_true(str_eq(before->test.name, after->test.name));
	assert_true(str_eq(before->test.file, after->test.file));
	assert_int_equal(before->outcome, after->outcome);
	assert_int_equal(before->duration_us, after->duration_us);
	assert_int_equal(before->failed_tries, after->failed_tries);
	check_failure(before->failure, after->failure);
}

/* What was written is read as it was; what is written of that is the same again. */
static void check_round(const char *path)
{
	CLEANUP(results_file_release) struct results_file before = {0};
	CLEANUP(results_file_release) struct results_file after = {0};
	CLEANUP(buf_release) struct buf first = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf second = BUF_INIT(BUF_OWN_MAX);

	junit_read(path, &before);
	write_all(&first, &before);
	junit_read_memory(first.data, first.len, &after);
	if (after.state != FILE_OK || after.results.len != before.results.len) {
		fail_msg("%s: %s, %zu of %zu: %s", path, file_state_name(after.state),
			 after.results.len, before.results.len, str_or(after.error, ""));
	}
	for (size_t i = 0; i < before.results.len; i++) {
		check_result(&before.results.items[i], &after.results.items[i]);
	}
	write_all(&second, &after);
	assert_string_equal(buf_str(&first), buf_str(&second));
}

static void test_round_trips(void **state)
{
	CLEANUP(strv_release) struct strv paths = {0};

	(void)state;
	glob_files(FIXTURES "/junit/*/*.xml", &paths, NULL);
	assert_true(paths.len > 20);
	VEC_EACH (char *, path, &paths) {
		check_round(*path);
	}
}

/* Whatever strings it is given. */
static void test_characters(void **state)
{
	static char name[] = "\x1b[31m\x07 a\nb\tc\r\xff\xEF\xBF\xBF <&>\"'";
	static char text[] = "]]> \x01 <b>\n\x1b";
	struct failure failure = {.message = name, .text = text};
	struct result result = {.test.name = name, .outcome = OUTCOME_FAILED, .failure = &failure};
	struct junit_written test = {.result = &result};
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(results_file_release) struct results_file read = {0};

	(void)state;
	junit_write(&out, NULL, &test, 1);
	junit_read_memory(out.data, out.len, &read);
	assert_int_equal(read.state, FILE_OK);
	assert_string_equal(read.results.items[0].test.name,
			    "␛[31m␇ a\nb\tc\r\xEF\xBF\xBD\xEF\xBF\xBD <&>\"'");
	assert_string_equal(read.results.items[0].failure->text, "]]> ␁ <b>\n␛");
}

/* Suites of one name on two hosts are two. */
static void test_hosts(void **state)
{
	static char suite[] = "s", one[] = "one", two[] = "<two>", name[] = "t";
	const struct result results[] = {
		{.test = {.suite = suite, .name = name}},
		{.test = {.suite = suite, .name = name, .host = one}},
		{.test = {.suite = suite, .name = name, .host = two}},
	};
	struct junit_written tests[ARRAY_LEN(results)];
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(results); i++) {
		tests[i] = (struct junit_written){.result = &results[i]};
	}
	junit_write(&out, NULL, tests, ARRAY_LEN(tests));
	assert_non_null(strstr(buf_str(&out), "<testsuite name=\"s\" tests=\"1\""));
	assert_non_null(
		strstr(buf_str(&out), "<testsuite name=\"s\" hostname=\"one\" tests=\"1\""));
	assert_non_null(strstr(buf_str(&out), "hostname=\"&lt;two&gt;\" tests=\"1\""));
}

static void test_tries(void **state)
{
	static char first[] = "first", second[] = "second", last[] = "last";
	struct failure failures[] = {{.message = first}, {.message = second}, {.message = last}};
	const struct junit_try tries[] = {{OUTCOME_FAILED, &failures[0]},
					  {OUTCOME_ERROR, &failures[1]},
					  {OUTCOME_FAILED, NULL}};
	struct result passed = {.test.name = first, .failed_tries = 3};
	struct result failed = {
		.test.name = second, .outcome = OUTCOME_ERROR, .failure = &failures[2]};
	const struct junit_written tests[] = {{&passed, tries, 3, 0}, {&failed, tries, 2, 0}};
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(results_file_release) struct results_file read = {0};

	(void)state;
	junit_write(&out, "x", tests, 2);
	assert_non_null(strstr(out.data, "<flakyFailure message=\"first\"/>"));
	assert_non_null(strstr(out.data, "<flakyError message=\"second\"/>"));
	assert_non_null(strstr(out.data, "<flakyFailure/>"));
	assert_non_null(strstr(out.data, "<error message=\"last\"/>"));
	assert_non_null(strstr(out.data, "<rerunError message=\"second\"/>"));
	junit_read_memory(out.data, out.len, &read);
	assert_int_equal(read.state, FILE_OK);
	assert_int_equal(read.results.items[0].failed_tries, 3);
	assert_int_equal(read.results.items[1].outcome, OUTCOME_ERROR);
	assert_string_equal(read.results.items[1].failure->message, "last");
}

/* A long text is cut, and what comes out has no more than that. */
static void test_long(void **state)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);
	struct failure failure = {0};
	struct result result = {.outcome = OUTCOME_FAILED, .failure = &failure};
	struct junit_written test = {.result = &result};

	(void)state;
	while (text.len < 1000000) {
		buf_str_add(&text, "ü<");
	}
	failure.message = failure.text = failure.output = result.test.name = text.data;
	junit_write(&out, NULL, &test, 1);
	assert_true(out.len < 600000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trips), cmocka_unit_test(test_characters),
		cmocka_unit_test(test_hosts),       cmocka_unit_test(test_tries),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
