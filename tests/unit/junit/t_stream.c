/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "steady/junit.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What the public interface promises beside the events themselves. */

static const char report[] = "<testsuites><testsuite name='s' tests='9'><error/>"
			     "<testcase name='a'/><testcase name='b'/></testsuite></testsuites>";

struct seen {
	unsigned cases, errors, warnings, progress;
	unsigned stop_at; /* the case that stops; 0 none */
};

static int on_case(void *payload, const struct steady_junit_case *test)
{
	struct seen *seen = payload;

	(void)test;
	return ++seen->cases == seen->stop_at;
}

static int on_suite_error(void *payload, const struct steady_junit_suite_error *error)
{
	struct seen *seen = payload;

	assert_string_equal(error->suite, "s");
	seen->errors++;
	return 0;
}

static int on_warning(void *payload, const struct steady_junit_warning *warning)
{
	struct seen *seen = payload;

	assert_int_equal(warning->line, 1);
	assert_int_equal(warning->column, 13);
	assert_string_equal(warning->text, "says 9 tests, holds 2");
	seen->warnings++;
	return 0;
}

static int on_progress(void *payload, uint64_t bytes, uint64_t total)
{
	struct seen *seen = payload;

	assert_int_equal(bytes, strlen(report));
	assert_int_equal(total, strlen(report));
	seen->progress++;
	return 0;
}

static const struct steady_junit_events events = {on_case, on_suite_error, on_warning, on_progress};

static void test_events(void **state)
{
	char name[] = "/tmp/steady-t-stream-XXXXXX";
	int fd = mkstemp(name);
	struct seen seen = {0};
	struct steady_junit_summary summary;

	(void)state;
	assert_int_equal(write(fd, report, strlen(report)), strlen(report));
	close(fd);
	assert_int_equal(steady_junit_read_file(name, &events, &seen, NULL, &summary), 0);
	unlink(name);
	assert_int_equal(seen.cases, 2);
	assert_int_equal(seen.errors, 1);
	assert_int_equal(seen.warnings, 1);
	assert_int_equal(seen.progress, 1);
	assert_int_equal(summary.state, STEADY_JUNIT_OK);
	assert_int_equal(summary.cases, 2);
	assert_int_equal(summary.suite_errors, 1);
	assert_int_equal(summary.bytes, strlen(report));
	assert_string_equal(summary.error, "");
	assert_null(summary.producer);
}

/* Nobody has to listen. */
static void test_no_events(void **state)
{
	const struct steady_junit_events none = {0};
	struct steady_junit_summary summary;

	(void)state;
	assert_int_equal(
		steady_junit_read_memory(report, strlen(report), &none, NULL, NULL, &summary), 0);
	assert_int_equal(summary.cases, 2);
	assert_int_equal(steady_junit_read_file("/no/such/file", &none, NULL, NULL, &summary), -1);
	assert_int_equal(summary.state, STEADY_JUNIT_REFUSED);
	assert_string_equal(summary.error, "No such file or directory");
}

/* A callback that has seen enough. */
static void test_stop(void **state)
{
	struct seen seen = {.stop_at = 1};
	struct steady_junit_summary summary;

	(void)state;
	assert_int_equal(
		steady_junit_read_memory(report, strlen(report), &events, &seen, NULL, &summary),
		-1);
	assert_int_equal(seen.cases, 1);
	assert_int_equal(seen.warnings, 0);
	assert_string_equal(summary.error, "cancelled");
}

/* Once it is over, more bytes change nothing. */
static void test_over(void **state)
{
	static const char doctype[] = "<!DOCTYPE x>";
	struct seen seen = {0};
	struct steady_junit_summary summary;
	char blanks[4096];
	char error[1024];
	struct steady_junit_reader *reader = steady_junit_new(&events, &seen, NULL, error);
	bool wants_more = steady_junit_feed(reader, doctype, strlen(doctype));

	(void)state;
	memset(blanks, ' ', sizeof(blanks));
	for (int i = 0; i < 100 && wants_more; i++) {
		wants_more = steady_junit_feed(reader, blanks, sizeof(blanks));
	}
	assert_false(wants_more);
	assert_false(steady_junit_feed(reader, report, strlen(report)));
	steady_junit_finish(reader, &summary);
	steady_junit_free(reader);
	assert_int_equal(summary.state, STEADY_JUNIT_REFUSED);
	assert_int_equal(seen.cases, 0);
	steady_junit_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_no_events),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
