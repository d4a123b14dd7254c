/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/mem.h"
#include "base/str.h"
#include "junit/reader.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void read_text(const char *text, struct results_file *out)
{
	junit_read_memory(text, strlen(text), out);
}

static void read_fixture(const char *name, struct results_file *out)
{
	AUTO_FREE char *path = mem_fmt("%s/junit/%s", FIXTURES, name);

	junit_read(path, out);
}

/* The only result of that class and name and number. */
static const struct result *find(const struct results_file *file, const char *class_name,
				 const char *name, unsigned copy)
{
	VEC_EACH (const struct result, result, &file->results) {
		if (str_eq(result->test.class_name, class_name) &&
		    str_eq(result->test.name, name) && result->test.copy == copy) {
			return result;
		}
	}
	fail_msg("no result %s %s %u", str_or(class_name, "-"), str_or(name, "-"), copy);
	return NULL;
}

/* Files that cannot be used, and what is said about them. */
struct refusal {
	const char *file;
	const char *error; /* its beginning */
};

static const struct refusal refusals[] = {
	{"broken/empty.xml", "the file is empty"},
	{"broken/blank.xml", "there is nothing but blanks in it"},
	{"broken/not-xml.txt", "this is not XML: give the framework's JUnit XML file"},
	{"broken/report.json", "this is not XML but JSON: "},
	{"broken/truncated-in-prolog.xml",
	 "line 1, column 24: the file breaks off inside a processing instruction"},
	{"broken/page.html", "line 1, column 1: the root element is <html>, not <testsuites> or "
			     "<testsuite> (an HTML page: "},
	{"broken/other-root.xml", "line 2, column 1: the root element is <test-run>, not "
				  "<testsuites> or <testsuite> (NUnit 3: "},
	{"broken/page-with-doctype.html", "line 1, column 1: a DOCTYPE is not allowed"},
	{"broken/doctype.xml", "line 2, column 1: a DOCTYPE is not allowed"},
	{"broken/external-entity.xml", "line 2, column 1: a DOCTYPE is not allowed"},
};

static void test_refusals(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
		CLEANUP(results_file_release) struct results_file file = {0};

		read_fixture(refusals[i].file, &file);
		assert_int_equal(file.state, FILE_REFUSED);
		if (!str_starts(file.error, refusals[i].error)) {
			fail_msg("%s: \"%s\"", refusals[i].file, file.error);
		}
		assert_null(strchr(file.error, '\n'));
		assert_int_equal(file.results.len, 0);
		assert_int_equal(file.time_us, -1);
		assert_null(file.producer);
	}
}

/* Files that break off, the place, and the test that was open with what it says. */
struct broken {
	const char *file;
	const char *error;
	const char *open; /* the name of the open test, NULL none */
	const char *message;
};

static const struct broken broken[] = {
	{"broken/truncated-in-failure.xml",
	 "line 10, column 1: the file breaks off, 4 elements are open", "test_raises",
	 "ValueError: cart <7> & \"co\" is\nnot open"},
	{"broken/truncated-in-tag.xml", "line 38, column 44: the file breaks off inside a tag",
	 NULL, NULL},
	{"broken/wrong-end-tag.xml",
	 "line 4, column 1: the end tag </testsuite> does not close <testcase>", "open",
	 "the report breaks off inside this test"},
};

static void check_broken(const struct broken *row)
{
	CLEANUP(results_file_release) struct results_file file = {0};
	const struct result *last = NULL;

	read_fixture(row->file, &file);
	assert_int_equal(file.state, FILE_INCOMPLETE);
	if (!str_starts(file.error, row->error)) {
		fail_msg("%s: \"%s\"", row->file, file.error);
	}
	last = &file.results.items[file.results.len - 1];
	if (row->open) {
		assert_int_equal(last->outcome, OUTCOME_ERROR);
		assert_string_equal(last->test.name, row->open);
		assert_string_equal(last->failure->message, row->message);
	}
}

static void test_broken(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
		check_broken(&broken[i]);
	}
}

/* What a broken case had already told stays. */
static void test_broken_after_failure(void **state)
{
	CLEANUP(results_file_release) struct results_file file = {0};

	(void)state;
	read_text("<testsuite><testcase name='a'><skipped/><failure message='told'/>", &file);
	assert_int_equal(file.state, FILE_INCOMPLETE);
	assert_int_equal(file.errors, 1);
	assert_string_equal(file.results.items[0].failure->message, "told");
}

static void test_names(void **state)
{
	CLEANUP(results_file_release) struct results_file file = {0};

	(void)state;
	read_fixture("plain/names.xml", &file);
	assert_int_equal(find(&file, "N", "a & b < c & d", 0)->duration_us, 250000);
	find(&file, "N", "twice escaped &lt; &#38; &amp;", 0);
	find(&file, "N", "line\nbreak and ü ☃ 😀", 0);
	assert_int_equal(find(&file, "N", "same", 2)->outcome, OUTCOME_FAILED);
	assert_int_equal(find(&file, "N", "same", 3)->outcome, OUTCOME_PASSED);
	find(&file, "M", "same", 0);
	assert_string_equal(find(&file, NULL, "", 0)->test.suite, "names");
	find(&file, NULL, NULL, 2);
	assert_int_equal(file.warnings.len, 1);
	assert_true(str_starts(file.warnings.items[0], "3 tests bear the name"));
}

static void test_nesting(void **state)
{
	CLEANUP(results_file_release) struct results_file file = {0};
	const struct result *result = NULL;

	(void)state;
	read_fixture("plain/nested.xml", &file);
	assert_string_equal(find(&file, "top", "directly below the root", 0)->test.suite, "all");
	result = find(&file, NULL, "no class", 0);
	assert_string_equal(result->test.suite, "inner");
	assert_null(result->test.file);
	assert_int_equal(result->duration_us, INT64_C(1234500000));
	result = find(&file, "Deep", "fails", 0);
	assert_string_equal(result->test.file, "deep.spec");
	assert_string_equal(result->failure->type, "Assertion");
	assert_null(result->failure->message);
	assert_string_equal(result->failure->text, "first line\nsecond line");
	result = find(&file, "Outer", "after the inner suite", 0);
	assert_string_equal(result->test.suite, "outer");
	assert_string_equal(result->test.file, "outer.spec");
	assert_int_equal(result->duration_us, -1);
	assert_int_equal(find(&file, "Outer", "inside an unknown element", 0)->outcome,
			 OUTCOME_ERROR);
	assert_string_equal(find(&file, "C", "inside a second testsuites", 0)->test.suite, "all");
	assert_int_equal(file.time_us, INT64_C(1235250000));
}

struct outcome_row {
	const char *name;
	enum outcome outcome;
	const char *message; /* of its failure; NULL when there is none, or none in it */
};

static const struct outcome_row outcome_rows[] = {
	{"plain pass", OUTCOME_PASSED, NULL},
	{"status passed", OUTCOME_PASSED, NULL},
	{"status failed without an element", OUTCOME_FAILED, NULL},
	{"result skipped", OUTCOME_SKIPPED, NULL},
	{"disabled", OUTCOME_SKIPPED, NULL},
	{"the element beats the status", OUTCOME_FAILED, NULL},
	{"skipped and failed", OUTCOME_FAILED, "counts"},
	{"failure and error", OUTCOME_ERROR, "told first"},
	{"flaky and then skipped", OUTCOME_FAILED, "never seen to pass"},
	{"flaky error", OUTCOME_PASSED, "once"},
	{"flaky but counted as failed", OUTCOME_FAILED, "at last"},
	{"rerun without a failure", OUTCOME_FAILED, "again"},
	{"output that looks like a failure", OUTCOME_PASSED, NULL},
	{"a failure further down", OUTCOME_FAILED, "nested"},
};

static void test_outcomes(void **state)
{
	CLEANUP(results_file_release) struct results_file file = {0};

	(void)state;
	read_fixture("plain/outcomes.xml", &file);
	for (size_t i = 0; i < ARRAY_LEN(outcome_rows); i++) {
		const struct result *result = find(&file, NULL, outcome_rows[i].name, 0);
		const char *message = result->failure ? result->failure->message : NULL;

		if (result->outcome != outcome_rows[i].outcome ||
		    !str_eq(message, outcome_rows[i].message)) {
			fail_msg("%s: %s, \"%s\"", outcome_rows[i].name,
				 outcome_name(result->outcome), str_or(message, "-"));
		}
	}
	assert_int_equal(find(&file, NULL, "flaky error", 0)->failed_tries, 1);
	assert_int_equal(find(&file, NULL, "flaky but counted as failed", 0)->failed_tries, 0);
}

static void test_suite_errors(void **state)
{
	CLEANUP(results_file_release) struct results_file file = {0};

	(void)state;
	read_fixture("plain/suite-error.xml", &file);
	assert_int_equal(file.suite_errors, 3);
	assert_string_equal(file.first_suite_error, "database: could not start the server");
}

/* ctest says "skipped" of a test that it could not start, and exits with 8. */
static void test_ctest(void **state)
{
	CLEANUP(results_file_release) struct results_file file = {0};

	(void)state;
	read_fixture("ctest/shop.xml", &file);
	assert_int_equal(file.suite_errors, 4);
	assert_string_equal(file.first_suite_error, "missing: Unable to find executable");
	assert_int_equal(find(&file, "needs_db", "needs_db", 0)->outcome, OUTCOME_SKIPPED);
	assert_int_equal(find(&file, "slow", "slow", 0)->outcome, OUTCOME_FAILED);
	assert_non_null(find(&file, "slow", "slow", 0)->failure);
}

static void test_pytest(void **state)
{
	CLEANUP(results_file_release) struct results_file file = {0};
	CLEANUP(results_file_release) struct results_file collection = {0};
	const struct result *result = NULL;

	(void)state;
	read_fixture("pytest/xunit1.xml", &file);
	result = find(&file, "test_shop", "test_fails_then_teardown", 0);
	assert_int_equal(result->outcome, OUTCOME_ERROR);
	assert_true(str_starts(result->failure->message, "assert [1, 2] == [1, 3]"));
	assert_string_equal(result->test.file, "test_shop.py");
	assert_string_equal(result->test.suite, "pytest");
	find(&file, "test_shop", "test_param[with \"quotes\" and 'more']", 0);
	find(&file, "test_shop", "test_param[]", 0);
	assert_int_equal(file.warnings.len, 0);
	read_fixture("pytest/collection.xml", &collection);
	result = find(&collection, "", "test_collect", 0);
	assert_int_equal(result->outcome, OUTCOME_ERROR);
	assert_string_equal(result->failure->message, "collection failure");
}

/* The same two elements from anybody else are two tests. */
static void test_teardown_of_others(void **state)
{
	static const char text[] =
		"<testsuite name='x'><testcase name='t'><failure message='a'/></testcase>"
		"<testcase name='t'><error message='failed on teardown with x'/></testcase>"
		"</testsuite>";
	CLEANUP(results_file_release) struct results_file file = {0};

	(void)state;
	read_text(text, &file);
	assert_int_equal(file.results.len, 2);
	assert_int_equal(file.results.items[1].test.copy, 2);
}

static void test_surefire(void **state)
{
	CLEANUP(results_file_release) struct results_file file = {0};
	const struct result *result = NULL;

	(void)state;
	read_fixture("surefire/rerun.xml", &file);
	result = find(&file, "shop.CartTest", "failsTwiceThenPasses", 0);
	assert_int_equal(result->outcome, OUTCOME_PASSED);
	assert_int_equal(result->failed_tries, 2);
	assert_string_equal(result->failure->message, "not yet: 1");
	assert_string_equal(result->failure->type, "java.lang.AssertionError");
	assert_true(str_ends(result->failure->text, "(CartTest.java:33)"));
	assert_null(strstr(result->failure->text, "try 1"));
	result = find(&file, "shop.CartTest", "alwaysErrors", 0);
	assert_int_equal(result->outcome, OUTCOME_ERROR);
	assert_int_equal(result->failed_tries, 0);
}

/* A listing of GoogleTest's is told by what it lacks; others never write that. */
static void test_no_listing(void **state)
{
	CLEANUP(results_file_release) struct results_file file = {0};

	(void)state;
	read_text("<testsuites name='x'><testsuite><testcase name='a'/></testsuite></testsuites>",
		  &file);
	assert_int_equal(file.passed, 1);
}

static void test_no_regular_file(void **state)
{
	char folder[] = "/tmp/steady-t-reader-XXXXXX";
	CLEANUP(results_file_release) struct results_file missing = {0};
	CLEANUP(results_file_release) struct results_file fifo = {0};
	CLEANUP(results_file_release) struct results_file dir = {0};
	AUTO_FREE char *path = NULL;

	(void)state;
	assert_non_null(mkdtemp(folder));
	path = mem_fmt("%s/results.xml", folder);
	junit_read(path, &missing);
	assert_int_equal(mkfifo(path, 0600), 0);
	junit_read(path, &fifo);
	junit_read(folder, &dir);
	unlink(path);
	rmdir(folder);
	assert_int_equal(missing.state, FILE_REFUSED);
	assert_int_equal(fifo.state, FILE_REFUSED);
	assert_int_equal(dir.state, FILE_REFUSED);
	assert_string_equal(missing.digest, "");
	assert_non_null(strstr(missing.error, "No such file"));
	assert_string_equal(fifo.path, path);
}

/* Somebody goes on writing while the file is read. */
static bool write_on(void *payload, uint64_t bytes, uint64_t total)
{
	static const char more[] = "<testcase name='late'/>";

	(void)bytes, (void)total;
	assert_int_equal(write(*(int *)payload, more, strlen(more)), strlen(more));
	return true;
}

static void test_growing_file(void **state)
{
	static const char start[] = "<testsuite><testcase name='early'/>";
	char name[] = "/tmp/steady-t-reader-XXXXXX";
	int fd = mkstemp(name);
	const struct junit_read_options options = {.progress = write_on, .payload = &fd};
	CLEANUP(results_file_release) struct results_file file = {0};

	(void)state;
	assert_int_equal(write(fd, start, strlen(start)), strlen(start));
	junit_read_with(name, &options, &file);
	unlink(name);
	close(fd);
	assert_int_equal(file.state, FILE_INCOMPLETE);
	assert_int_equal(file.passed, 1);
	assert_int_equal(file.warnings.len, 1);
	assert_true(str_starts(file.warnings.items[0], "the file grew while it was read"));
}

/* What is told as tries of one test, by who wrote it. */
static void test_tries(void **state)
{
	static const char body[] = "<testsuite name='s'><testcase name='t' classname='c' "
				   "time='1'><failure message='no'/>"
				   "</testcase><testcase name='t' classname='c' time='1'/>"
				   "<testcase name='t' classname='c' time='1'/></testsuite>";
	/* results, failed, flaky */
	static const struct {
		const char *producer;
		size_t results, failed, flaky;
	} rows[] = {
		{NULL, 3, 1, 0},     {"gotestsum", 1, 0, 1}, {"ginkgo", 2, 0, 1},
		{"testng", 3, 1, 0}, {"pytest", 1, 1, 0},    {"wdio", 3, 1, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char name[] = "/tmp/steady-t-reader-XXXXXX";
		int fd = mkstemp(name);
		const struct junit_read_options options = {.producer = rows[i].producer};
		CLEANUP(results_file_release) struct results_file file = {0};

		assert_int_equal(write(fd, body, strlen(body)), strlen(body));
		close(fd);
		junit_read_with(name, &options, &file);
		unlink(name);
		assert_int_equal(file.tests, 3);
		assert_int_equal(file.results.len, rows[i].results);
		assert_int_equal(file.failed, rows[i].failed);
		assert_int_equal(file.flaky, rows[i].flaky);
	}
}

/* What libxml2 would like to complain about on stderr. */
#define JAPANESE "<?xml version='1.0' encoding='EUC-JP'?>"

static const char *const complaints[] = {
	"<x:testsuite y:z='1'><testcase name='&#0;&oops;'",
	JAPANESE "<testsuite><testcase name='\x8f\xff\xff'/></testsuite>",
	JAPANESE "<testsuite></testsuite>\n\xff\xff\xff\xff",
};

/* Reads all complaints with stderr pointing to fd. */
static void read_complaints(int fd)
{
	int saved = dup(STDERR_FILENO);

	dup2(fd, STDERR_FILENO);
	for (size_t i = 0; i < ARRAY_LEN(complaints); i++) {
		CLEANUP(results_file_release) struct results_file file = {0};

		read_text(complaints[i], &file);
		assert_int_not_equal(file.state, FILE_OK);
	}
	dup2(saved, STDERR_FILENO);
	close(saved);
}

static void test_silence(void **state)
{
	char name[] = "/tmp/steady-t-reader-XXXXXX";
	int fd = mkstemp(name);
	off_t written = 0;

	(void)state;
	assert_true(fd >= 0);
	unlink(name);
	read_complaints(fd);
	written = lseek(fd, 0, SEEK_END);
	close(fd);
	assert_int_equal(written, 0);
}

/* pytest tells more of a test in a second case, but two files are two tests. */
static void test_twins_in_two_files(void **state)
{
	static const char text[] =
		"<testsuites><testsuite name='pytest' errors='0' failures='1' skipped='0' "
		"tests='3' "
		"time='1' timestamp='t' hostname='h'>"
		"<testcase classname='v1.0.t' name='x' file='v1.0/t.py' "
		"line='1'><failure/></testcase>"
		"<testcase classname='v1.0.t' name='x' file='v1/0/t.py' line='1'/>"
		"<testcase classname='v1.0.t' name='x' file='v1/0/t.py' "
		"line='1'><error/></testcase>"
		"</testsuite></testsuites>";
	CLEANUP(results_file_release) struct results_file file = {0};

	(void)state;
	read_text(text, &file);
	assert_string_equal(file.producer, "pytest");
	assert_int_equal(file.results.len, 2);
	assert_int_equal(find(&file, "v1.0.t", "x", 0)->outcome, OUTCOME_FAILED);
	assert_int_equal(find(&file, "v1.0.t", "x", 2)->outcome, OUTCOME_ERROR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_twins_in_two_files),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_broken_after_failure),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_nesting),
		cmocka_unit_test(test_outcomes),
		cmocka_unit_test(test_suite_errors),
		cmocka_unit_test(test_ctest),
		cmocka_unit_test(test_pytest),
		cmocka_unit_test(test_teardown_of_others),
		cmocka_unit_test(test_surefire),
		cmocka_unit_test(test_no_listing),
		cmocka_unit_test(test_no_regular_file),
		cmocka_unit_test(test_growing_file),
		cmocka_unit_test(test_tries),
		cmocka_unit_test(test_silence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
