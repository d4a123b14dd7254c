/* SPDX-License-Identifier: Apache-2.0 */
#include "folder.h"

#include "base/buf.h"
#include "base/str.h"
#include "rerun/preset.h"

#include <string.h>

/* What a framework left behind, and which tests were running: "class|name|file", one a line, with
 * "|suite|host" where it says that. */
struct row {
	const char *preset;
	const char *file; /* in the folder; NULL: what it printed */
	const char *text;
	const char *running;
};

#define GO(action, test) \
	"{\"Time\":\"t\",\"Action\":\"" action "\",\"Package\":\"p/q\",\"Test\":\"" test "\"}\n"

#define PHP(event, name) \
	"\n##teamcity[" event " name='" name "' locationHint='php_qn:///p/it|'s/ATest.php::" \
	"\\App\\Sub\\ATest::" name "' flowId='1']\n"

static const struct row rows[] = {
	{"googletest", NULL, "", ""},
	{"googletest", NULL,
	 "[==========] Running 3 tests from 1 test suite.\n[ RUN      ] A.ok\n"
	 "[       OK ] A.ok (0 ms)\n[ RUN      ] A.slow\nwaiting…\n",
	 "A|slow|\n"},
	{"googletest", NULL,
	 "\x1b[0;32m[ RUN      ] \x1b[mI/P.m/1\r\n[  FAILED  ] I/P.m/1, where GetParam() = 4 (0 "
	 "ms)\r\n[ RUN      ] I/P.m/2\r\n",
	 "I/P|m/2|\n"},
	{"googletest", NULL, "[ RUN      ] A.b\n[  SKIPPED ] A.b (0 ms)\n[ RUN      ] odd\n", ""},
	/* the end of an output may begin anywhere */
	{"googletest", NULL, "     ] A.a\n[       OK ] A.b\n[ RUN      ] A.a\n[ RUN", "A|a|\n"},
	/* whatever a test prints */
	{"googletest", NULL,
	 "[ RUN      ] A.open\nprogress 10%[       OK ] A.open (0 ms)\n[ RUN      ] A.hangs\n"
	 "[ RUN      ] Fake.inner\n",
	 "A|hangs|\n"},
	{"ctest", NULL,
	 "    Start 1: a\n    Start 2: a b\n1/3 Test #1: a ......   Passed    0.01 sec\n"
	 "    Start 3: c.d\n",
	 "a b|a b|\nc.d|c.d|\n"},
	{"ctest", NULL,
	 "    Start   1: x\n  1/120 Test   #1: x ...***Failed    0.01 sec\n      Start 120: x ..\n",
	 "x ..|x ..|\n"},
	/* --repeat */
	{"ctest", NULL,
	 "    Start 1: a\n    Test #1: a ....***Failed    0.00 sec\n    Start 1: a\n1/2 Test #1: a "
	 "....   Passed    0.00 sec\n    Start 2: b\n    Test #2: b ....   Passed    0.00 sec\n",
	 ""},
	{"ctest", NULL, "Start : x\n Start 1 x\n1/ Test #: x\n1/2 Test #1\n", ""},
	{"bats", "attempt-1.xml.stream",
	 "1..3\nsuite /somewhere/else/a.bats\nbegin 1 one\nok 1 one\nbegin 2 two # x\n"
	 "not ok 2 two # x\nbegin 3 it's \"q\"\n",
	 "/somewhere/else/a.bats|it's \"q\"|\n"},
	{"bats", "attempt-1.xml.stream",
	 "suite /a.bats\nbegin 1 skips\nok 1 skips # skip why\nbegin 2 b\nbegin 3 c\nok 2 b\n",
	 "/a.bats|c|\n"},
	{"bats", "attempt-1.xml.stream",
	 "suite /a.bats\nbegin 300 b\nok 300 b in 12ms\nbegin 301 c\nnot ok 301 c in 1ms # x\n"
	 "begin 302 d\n",
	 "/a.bats|d|\n"},
	/* the ends of parts are told late, and some never */
	{"gotestsum", "events.json",
	 GO("run", "TestA") GO("run", "TestB") GO("run", "TestB/x") GO("run", "TestB/x/1")
		 GO("run", "TestB/y_z"),
	 "p/q|TestB/y_z|\n"},
	{"gotestsum", "events.json",
	 GO("run", "TestP") GO("pause", "TestP") GO("run", "TestQ") GO("pause", "TestQ")
		 GO("cont", "TestP") GO("cont", "TestQ") GO("run", "TestP/a") GO("run", "TestQ/b")
			 GO("run", "TestQ/c"),
	 "p/q|TestP/a|\np/q|TestQ/c|\n"},
	{"gotestsum", "events.json",
	 GO("run", "TestA") GO("output", "TestA") GO("pass", "TestA") GO("run", "TestB")
		 GO("run", "TestB/x_y") GO("run", "TestB/z") GO("fail", "TestB/z"),
	 "p/q|TestB|\n"},
	{"gotestsum", "events.json",
	 GO("run", "TestP") GO("pause", "TestP") GO("run", "TestQ") GO("pause", "TestQ")
		 GO("cont", "TestQ") "{\"Action\":\"run\",\"Pack",
	 "p/q|TestQ|\n"},
	{"pytest", "running",
	 "[{\"class\": \"t.T\", \"name\": \"x[a b]\", \"file\": \"t.py\"}, {\"name\": \"y\"}]",
	 "t.T|x[a b]|t.py\n|y|\n"},
	{"mocha", "running", "[]", ""},
	{"mocha", "running", "[{\"class\": 1, \"name\": null}, 7, {}]", ""},
	{"busted", "running", "[{\"class\": \"a\", \"na", ""},
	{"busted", NULL, "", ""},
	{"minitest", NULL, "[ RUN      ] A.b\n", ""},
	{"jest", "running",
	 "[{\"suite\": \"a b.js\", \"class\": \"a b.js\", \"name\": \" x\", \"file\": \"a b.js\"}]",
	 "a b.js| x|a b.js|a b.js|\n"},
	{"playwright", "running",
	 "[{\"suite\": \"s\", \"host\": \"one\", \"class\": \"s\", \"name\": \"x\"},"
	 " {\"suite\": 1, \"host\": \"two\", \"name\": \"y\"}, {\"suite\": \"s\"}]",
	 "s|x||s|one\n|y|||two\n"},
	{"rspec", "running", "[{\"class\": \"spec.a\", \"name\": \"x\"}]", "spec.a|x|\n"},
	{"vitest", "running-1", "[{\"class\": \"c\", \"name\": \"x\"}]", "c|x|\n"},
	{"vitest", "running-64", "[{\"class\": \"c\", \"name\": \"x\"}]", "c|x|\n"},
	{"vitest", "running-x", "[{\"class\": \"c\", \"name\": \"x\"}]", ""},
	{"phpunit", "teamcity.log", "", ""},
	{"phpunit", "teamcity.log",
	 "\n##teamcity[testCount count='2' flowId='1']\n" PHP("testSuiteStarted", "testN")
		 PHP("testStarted", "testA") PHP("testFinished", "testA")
			 PHP("testStarted", "testN with data set \"it|'s |[x|] |||n é\""),
	 "App.Sub.ATest|testN with data set \"it's [x] |\n é\"|\n"},
	{"phpunit", "teamcity.log", PHP("testStarted", "testA") PHP("testIgnored", "testA"),
	 "App.Sub.ATest|testA|\n"},
	{"phpunit", "teamcity.log", PHP("testStarted", "testA") PHP("testFinished", "testA"), ""},
	/* a .phpt file has no class */
	{"phpunit", "teamcity.log",
	 "##teamcity[testStarted name='/a.phpt' locationHint='php_qn:///a.phpt' flowId='1']\n", ""},
	{"phpunit", "teamcity.log",
	 "##teamcity[testStarted name='a|']\n##teamcity[testStarted name='b' locationHint='::\\c",
	 ""},
};

static void put(const char *path, const char *text)
{
	struct err err = ERR_INIT;

	assert_int_equal(file_write(path, text, strlen(text), &err), 0);
}

static void check(const struct row *row)
{
	CLEANUP(buf_release) struct buf found = BUF_INIT(4096);
	CLEANUP(result_list_release) struct result_list running = {0};
	struct last_words last = {".", "attempt-1.xml", row->file ? "" : row->text};

	if (row->file) {
		put(row->file, row->text);
	}
	preset_running(preset_find(row->preset), &last, &running);
	if (row->file) {
		unlink(row->file);
	}
	VEC_EACH (const struct result, result, &running) {
		const struct test_name *test = &result->test;

		buf_fmt(&found, "%s|%s|%s", str_or(test->class_name, ""), test->name,
			str_or(test->file, ""));
		if (test->suite || test->host) {
			buf_fmt(&found, "|%s|%s", str_or(test->suite, ""), str_or(test->host, ""));
		}
		buf_char(&found, '\n');
	}
	if (!str_eq(buf_str(&found), row->running)) {
		fail_msg("%s: %s\nfound:\n%s", row->preset, row->text, buf_str(&found));
	}
}

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		check(&rows[i]);
	}
}

/* Another attempt begins. */
static void test_forget(void **state)
{
	CLEANUP(result_list_release) struct result_list running = {0};
	struct last_words last = {".", NULL, ""};

	(void)state;
	put("running", "[{\"name\": \"x\"}]");
	put("running-2", "[{\"name\": \"y\"}]");
	preset_running(preset_find("pytest"), &last, &running);
	assert_int_equal(running.len, 2);
	result_list_release(&running);
	preset_forget_running(".");
	preset_forget_running(".");
	preset_running(preset_find("pytest"), &last, &running);
	assert_int_equal(running.len, 0);
}

/* A list without end stays small. */
static void test_many(void **state)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(result_list_release) struct result_list running = {0};
	struct last_words last = {"/", NULL, NULL};

	(void)state;
	for (unsigned i = 0; i < 5000; i++) {
		buf_fmt(&text, "    Start %u: t%u\n", i, i);
	}
	last.output = buf_str(&text);
	preset_running(preset_find("ctest"), &last, &running);
	assert_true(running.len > 0 && running.len < 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_rows, folder_enter, folder_leave),
		cmocka_unit_test_setup_teardown(test_forget, folder_enter, folder_leave),
		cmocka_unit_test_setup_teardown(test_many, folder_enter, folder_leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
