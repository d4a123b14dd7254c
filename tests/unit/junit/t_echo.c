/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/mem.h"
#include "base/str.h"
#include "junit/echo.h"
#include "os/file.h"
#include "os/glob.h"
#include "same_file.h"

#include <stdlib.h>
#include <string.h>

/* Whatever was read before a file, what is read of it is the same. */
static size_t assert_same(struct junit_echo *echo, const char *data, size_t len)
{
	const struct junit_read_options with = {.echo = echo};
	CLEANUP(results_file_release) struct results_file alone = {0};
	CLEANUP(results_file_release) struct results_file behind = {0};
	AUTO_FREE char *difference = NULL;

	junit_read_memory(data, len, &alone);
	junit_read_memory_with(data, len, &with, &behind);
	difference = same_file(&alone, &behind);
	if (difference) {
		fail_msg("%.300s…: %s", data, difference);
	}
	return junit_echo_hits(echo);
}

#define CASE(name, time) "<testcase classname='c' name='" name "' time='" time "'/>\n"
#define OPEN(name)       "<testcase classname='c' name='" name "' time='1'>"
#define SUITE(tests)     "<testsuites><testsuite name='s'>\n" tests "</testsuite></testsuites>"
#define THREE            CASE("a", "1") CASE("b", "2") CASE("d", "3")

/* The first test of a file is always read: by it is known who writes the report. */
static const struct {
	const char *first, *second;
	size_t hits;
} rows[] = {
	{SUITE(THREE), SUITE(THREE), 2},
	{SUITE(THREE), SUITE(CASE("a", "0.004") CASE("b", "1200.5") CASE("d", "1.2.3")), 2},
	/* times that are not plain */
	{SUITE(THREE), SUITE(CASE("a", "1e3") CASE("b", "") CASE("d", "&#49;")), 0},
	{SUITE(THREE), SUITE(CASE("a", "-1") CASE("b", "1,234.5") CASE("d", "NaN")), 0},
	{SUITE(THREE), SUITE(CASE("a", "123456789012345678901234567890") CASE("d", "1")), 1},
	/* others fail, are skipped, gone, new, or in another order */
	{SUITE(THREE), SUITE(CASE("a", "1") OPEN("b") "<failure/></testcase>" CASE("d", "1")), 1},
	{SUITE(THREE), SUITE(CASE("a", "1") OPEN("b") "<skipped/></testcase>" CASE("d", "1")), 1},
	{SUITE(THREE), SUITE(CASE("d", "1")), 0},
	{SUITE(THREE), SUITE(CASE("n", "1") THREE CASE("m", "1")), 3},
	{SUITE(THREE), SUITE(CASE("d", "1") CASE("b", "1") CASE("a", "1")), 1},
	{SUITE(THREE), SUITE(THREE THREE), 2},
	{SUITE(THREE THREE), SUITE(THREE THREE), 5},
	{SUITE(THREE THREE), SUITE(THREE), 2},
	/* the same tags elsewhere */
	{SUITE(THREE), "<testsuites><testsuite name='t'>" THREE "</testsuite></testsuites>", 0},
	{SUITE(THREE),
	 "<testsuites><testsuite name='s' file='f'>" THREE "</testsuite></testsuites>", 0},
	{SUITE(THREE), SUITE("<testsuite>" THREE "</testsuite>"), 2},
	{SUITE(THREE), SUITE("<testsuite name='i'>" THREE "</testsuite>"), 0},
	{SUITE(THREE), SUITE("<properties>" THREE "</properties>"), 0},
	{SUITE(THREE), SUITE("<system-out>" THREE "</system-out>"), 0},
	{SUITE(THREE), SUITE("<system-out><![CDATA[" THREE "]]></system-out>" THREE), 0},
	{SUITE(THREE), SUITE("<group>" THREE "</group>"), 0},
	{SUITE(THREE), SUITE(OPEN("o") THREE "</testcase>"), 0},
	{SUITE(THREE), THREE, 0},
	{SUITE(THREE), "<testsuites>" THREE "</testsuites>", 0},
	/* what is told of the whole */
	{SUITE(THREE),
	 "<testsuites tests='9'><testsuite name='s' tests='4' failures='1'>" THREE
	 "</testsuite></testsuites>",
	 2},
	{SUITE(THREE), "<testsuites><testsuite name='s'>" THREE, 0},
	{SUITE(THREE), "<testsuites><testsuite name='s'>" THREE "<testcase name='", 0},
	{SUITE(THREE), SUITE(THREE) "<!DOCTYPE x>", 0},
	{SUITE(THREE) "&", SUITE(THREE), 0},
	{SUITE(THREE "&oops;"), SUITE(THREE), 0},
	/* no simple passes */
	{SUITE(THREE "<testcase classname='c' name='a' status='odd'/>"),
	 SUITE(THREE "<testcase classname='c' name='a' status='odd'/>"), 2},
	{SUITE(THREE "<testcase classname='c' name='a' status='failed'/>"),
	 SUITE(THREE "<testcase classname='c' name='a' status='failed'/>"), 2},
	{SUITE(THREE "<testcase classname='c'/>"), SUITE(THREE "<testcase classname='c'/>"), 2},
	{SUITE(THREE "<testcase name='at 0x7f12ab34cd' classname='c'/>"),
	 SUITE(THREE "<testcase name='at 0x7f12ab34cd' classname='c'/>"), 2},
	/* names of all kinds */
	{SUITE("<testcase name='a'/><testcase name='b' classname=''/>"),
	 SUITE("<testcase name='a'/><testcase name='b' classname=''/>"), 1},
	{SUITE("<testcase name='&lt;é&#10;' classname='c&amp;d' file='x.c' line='7'></testcase>"),
	 SUITE("<testcase name='&lt;é&#10;' classname='c&amp;d' file='x.c' line='7'></testcase>"),
	 0},
	{SUITE(THREE "<testcase name='&lt;é' classname='c&amp;d' file='x.c'/>"),
	 SUITE(THREE "<testcase name='&lt;é' classname='c&amp;d' file='x.c'/>"), 2},
	{SUITE(THREE "<testcase name='é' classname='c' file='x.c' line='7'></testcase>"),
	 SUITE(THREE "<testcase name='é' classname='c' file='x.c' line='7'></testcase>"), 3},
};

static void what_comes_again_is_told_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct junit_echo *echo = junit_echo_new();
		size_t hits;

		assert_int_equal(assert_same(echo, rows[i].first, strlen(rows[i].first)), 0);
		hits = assert_same(echo, rows[i].second, strlen(rows[i].second));
		/* of a file that is read by the other way nothing is left */
		if (hits != rows[i].hits) {
			fail_msg("%zu, not %zu: %s", hits, rows[i].hits, rows[i].second);
		}
		assert_same(echo, rows[i].first, strlen(rows[i].first));
		junit_echo_free(echo);
	}
}

/* A long series, which wanders off: windows end everywhere in it. */
static void a_series(void **state)
{
	struct junit_echo *echo = junit_echo_new();
	unsigned seed = 1;

	(void)state;
	for (unsigned file = 0; file < 12; file++) {
		CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
		size_t hits;

		buf_str_add(&text, "<testsuites>");
		for (unsigned test = 0; test < 5000; test++) {
			seed = seed * 1103515245 + 12345;
			if (test % 500 == 0) {
				buf_fmt(&text, "%s<testsuite name='s%u'>\n",
					test ? "</testsuite>" : "", test / 500 % 7);
			}
			buf_fmt(&text, "<testcase name='t%u' classname='c%u' time='%u.%u'%s\n",
				(seed >> 16) % 100 ? test : test + file, test / 9, test % 5,
				seed >> 20, (seed >> 8) % 50 ? "/>" : "><failure/></testcase>");
		}
		buf_str_add(&text, "</testsuite></testsuites>");
		hits = assert_same(echo, buf_str(&text), text.len);
		assert_true(file == 0 ? hits == 0 : hits > 4000);
	}
	junit_echo_free(echo);
}

static void all_fixtures_in_a_row(void **state)
{
	CLEANUP(strv_release) struct strv paths = {0};
	CLEANUP(strv_release) struct strv unread = {0};
	struct junit_echo *echo = junit_echo_new();
	size_t hits = 0;

	(void)state;
	glob_tree(FIXTURES "/junit", ".xml", &paths, &unread);
	assert_true(paths.len > 100);
	for (size_t i = 0; i < paths.len * 2; i++) {
		AUTO_FREE char *text = NULL;
		size_t len = 0;
		struct err err = ERR_INIT;

		assert_int_equal(file_read(paths.items[i / 2], (size_t)1 << 30, &text, &len, &err),
				 0);
		hits += assert_same(echo, text, len);
	}
	print_message("%zu tests of the fixtures came again\n", hits);
	assert_true(hits > 100);
	junit_echo_free(echo);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_comes_again_is_told_the_same),
		cmocka_unit_test(a_series),
		cmocka_unit_test(all_fixtures_in_a_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
