/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/mem.h"
#include "base/str.h"
#include "junit/identity.h"
#include "junit/mask.h"
#include "steady/junit.h"

#include <string.h>

static void test_masks(void **state)
{
	static const char *const rows[][2] = {
		{"plain name", "plain name"},
		{"t[<object at 0x7f3a5c2b1d90>]", "t[<object at 0x…>]"},
		{"t[0x1f]", "t[0x1f]"},
		{"Box@1b2c3d4f", "Box@…"},
		{"user@example", "user@example"},
		{"id 3fa85f64-5717-4562-b3fc-2c963f66afa6.", "id <uuid>."},
		{"3fa85f64-5717-4562-b3fc", "3fa85f64-5717-4562-b3fc"},
		{"t[/tmp/pytest-of-me/pytest-12/x.txt]", "t[<tmp>]"},
		{"a /project/tmp/x", "a /project/tmp/x"},
		{"in pytest-12", "in pytest-…"},
		{"case 17 of 2026-11-24 [3]", "case 17 of 2026-11-24 [3]"},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);

		junit_mask(&out, rows[i][0]);
		assert_string_equal(buf_str(&out), rows[i][1]);
		if (junit_name_is_clean(rows[i][0])) {
			assert_string_equal(rows[i][0], rows[i][1]);
		}
	}
}

struct keys {
	struct buf text;
};

static int take_key(void *payload, const struct steady_junit_case *test)
{
	struct keys *keys = payload;

	buf_fmt(&keys->text, "%s|%s", test->group ? test->group : "-", test->key ? test->key : "-");
	return 0;
}

struct row {
	const char *producer, *key;
	const char *report; /* attributes of the suite and of the case */
	const char *group_and_key;
};

#define SUITE "<testsuites><testsuite name='outer'><testsuite name='inner' "
#define END   "/></testsuite></testsuite></testsuites>"

static const struct row rows[] = {
	{NULL, NULL, SUITE "><testcase classname='C' name='n'" END, "C|n"},
	{NULL, NULL, SUITE "><testcase name='n'" END, "inner|n"},
	{NULL, NULL, SUITE "><testcase" END, "inner|-"},
	{NULL, NULL, SUITE "><testcase classname='\x1b[1mC' name='n&#27;[0m'" END, "C|n"},
	{NULL, "name", SUITE "><testcase classname='C' name='n'" END, "-|n"},
	{NULL, "suite-path, class", SUITE "><testcase classname='C' name='n'" END,
	 "outer > inner > C|n"},
	{NULL, "file", SUITE "file='/root/sub/x.js'><testcase name='n'" END, "sub/x.js|n"},
	{NULL, "file", SUITE "file='C:\\a\\x.js'><testcase name='n'" END, "x.js|n"},
	{NULL, "file", SUITE "><testcase file='.\\a\\x.js' name='n'" END, "a/x.js|n"},
	{NULL, "file", SUITE "><testcase name='n'" END, "inner|n"},
	{"playwright", NULL, SUITE "hostname='firefox'><testcase classname='a.spec' name='n'" END,
	 "firefox > a.spec|n"},
	{"busted", NULL, SUITE "><testcase classname='a.lua:12' name='n'" END, "-|n"},
	{"rspec", NULL, SUITE "><testcase classname='spec.a' file='./spec/a.rb' name='n'" END,
	 "spec/a.rb|n"},
	{"node-test", NULL, SUITE "><testcase classname='test' name='n'" END, "outer > inner|n"},
	{"gotestsum", NULL, SUITE "><testcase classname='short' name='TestA/b#01'" END,
	 "inner|TestA/b#01"},
	{"tap-xunit", NULL, SUITE "><testcase name='#12 title'" END, "inner|title"},
	{"tap-formatter-junit", NULL, SUITE "><testcase name='3 - title'" END, "inner|title"},
	{"tap-formatter-junit", NULL, SUITE "><testcase name='3'" END, "inner|3"},
	{"ounit", NULL, SUITE "><testcase classname='s:4:n' name='s:4:n'" END, "-|s:n"},
	{"bats", NULL, SUITE "><testcase classname='f.bats' name='begin 5 title'" END,
	 "f.bats|title"},
	{"testcafe", NULL, SUITE "><testcase classname='C' name='n (unstable)'" END, "C|n"},
	{"wdio", NULL, SUITE "><testcase classname='chrome.156_0_80.linux.cart' name='n'" END,
	 "chrome.linux.cart|n"},
};

static void check(const struct row *row)
{
	struct keys keys = {.text = BUF_INIT(BUF_OWN_MAX)};
	const struct steady_junit_events events = {.on_case = take_key};
	const struct steady_junit_options options = {row->producer, row->key, "/root"};
	struct steady_junit_summary summary;

	steady_junit_read_memory(row->report, strlen(row->report), &events, &keys, &options,
				 &summary);
	if (!str_eq(buf_str(&keys.text), row->group_and_key)) {
		fail_msg("%s: %s, not %s", row->report, buf_str(&keys.text), row->group_and_key);
	}
	buf_release(&keys.text);
}

static void test_keys(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		check(&rows[i]);
	}
}

static void test_options(void **state)
{
	const struct steady_junit_events events = {.on_case = NULL};
	const struct steady_junit_options producer = {.producer = "nobody"};
	const struct steady_junit_options key = {.key = "class,colour"};
	struct steady_junit_summary summary;

	(void)state;
	assert_int_equal(steady_junit_read_memory("", 0, &events, NULL, &producer, &summary), -1);
	assert_string_equal(summary.error, "'nobody' is no producer known here");
	assert_int_equal(steady_junit_read_memory("", 0, &events, NULL, &key, &summary), -1);
	assert_true(str_starts(summary.error, "'colour' is not one of class, "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_masks),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
