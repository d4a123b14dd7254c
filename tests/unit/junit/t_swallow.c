/* SPDX-License-Identifier: Apache-2.0 */
#include "events.h"

#include "base/mem.h"

#include <string.h>

/* Sections whose end got lost and that go on into the report, and sections that only look so. */

#define SUITE(inside) "<testsuite>" inside "</testsuite>"
#define A(inside)     "<testcase name='a'>" inside "</testcase>"
#define B(inside)     "<testcase name='b'>" inside "</testcase>"
#define OUT(inside)   "<system-out>" inside "</system-out>"
#define CDATA(inside) "<![CDATA[" inside "]]>"
#define REPORT        SUITE(B("<failure message='m'/>"))

#define BROKEN_OFF        "a: error (broken off)"
#define SWALLOWED         " has swallowed tags of the report"
#define BY_CDATA(column)  "incomplete: line 1, column " column ": a CDATA section" SWALLOWED
#define COMMENTED(column) "a: passed\n1:" column " a test in a comment does not count\nok"

/* How the events begin and end: what was swallowed stands between as the output of a test. */
static const struct swallowed_row {
	const char *text;
	const char *begin, *end;
} swallowed_rows[] = {
	/* one test behind another: the end of its section was lost */
	{SUITE(A("<system-out><![CDATA[no end</system-out>") B("<failure/>" OUT(CDATA("x")))),
	 BROKEN_OFF, BY_CDATA("43")},
	{SUITE(A("<system-out><![CDATA[no end</system-out>")
		       B("<failure/><system-out>x]]></system-out>")),
	 BROKEN_OFF, BY_CDATA("43")},
	{SUITE(A("<failure><stackTrace><![CDATA[no end</stackTrace></failure>")
		       B("<failure><stackTrace><![CDATA[x]]></stackTrace></failure>")),
	 BROKEN_OFF, BY_CDATA("52")},
	/* the element is none of ours */
	{SUITE(A("<failure><trace><![CDATA[no end</trace></failure>")
		       B("<failure><trace><![CDATA[x]]></trace></failure>")),
	 BROKEN_OFF, BY_CDATA("47")},
	/* a failure of the same test */
	{SUITE(A("<system-out><![CDATA[no end</system-out><failure/>" OUT(CDATA("x")))), BROKEN_OFF,
	 BY_CDATA("43")},
	/* a piece is missing, with the end of a test in it */
	{SUITE(A("<system-out><![CDATA[no end <testcase "
		 "name='b'><system-out><![CDATA[x]]></system-out>")),
	 BROKEN_OFF, BY_CDATA("43")},
	/* a whole report behind one that was cut, both with output written in two sections */
	{"<testsuite><testcase name='a'><system-out><![CDATA[cut" SUITE(
		 B("<failure/>") A(OUT(CDATA("x]]") CDATA(">")))),
	 BROKEN_OFF, BY_CDATA("43")},
	{"<?xml version='1.0'?><testsuite><testcase name='a'><failure><![CDATA[cut"
	 "<?xml version='1.0'?>" SUITE(B("<failure/>") A("<failure>" CDATA("x") "</failure>")),
	 BROKEN_OFF, BY_CDATA("61")},
	{"<testsuite><testcase name='a'>\n<!-- cut " SUITE(B("<failure/>") "<!-- x -->" A("")),
	 BROKEN_OFF, "\nincomplete: line 2, column 1: a comment" SWALLOWED},
	{SUITE(A("") "<!-- no end " B("<failure/>") "<!-- x -->"), "a: passed",
	 "\nincomplete: line 1, column 42: a comment" SWALLOWED},
	{SUITE("<testcase name='a'><!-- no end </testcase><testcase name='b'><failure/> "
	       "--></testcase>"),
	 BROKEN_OFF, "\nincomplete: line 1, column 31: a comment" SWALLOWED},
	{SUITE(A("") "<?php " B("<failure/>") " ?>"), "a: passed",
	 "\nincomplete: line 1, column 42: a processing instruction" SWALLOWED},
};

static const struct row {
	const char *text;
	const char *events;
} rows[] = {
	/* what a test printed: reports that are whole, or cut, or only a part */
	{SUITE(A(OUT(CDATA(REPORT)))), "a: passed\nok"},
	{SUITE(A(OUT(CDATA("<testsuites>" SUITE(B(OUT("x")))))) B("")), "a: passed\nb: passed\nok"},
	{SUITE(A(OUT(CDATA("<testsuite><testcase name='b'><system-out><![CDATA[x]]")
			     CDATA("></system-out></testcase></testsuite>")))),
	 "a: passed\nok"},
	{SUITE(A(OUT(CDATA("<testsuite><testcase name='b'><system-out><![CDATA[x]]&gt;</system-out>"
			   "</testcase></testsuite>")))),
	 "a: passed\nok"},
	{SUITE(A(OUT(CDATA("<testsuites><testsuite name='x'><testcase name='b'><failure>")))),
	 "a: passed\nok"},
	{SUITE(A(OUT(CDATA("</failure></testcase></testsuite></testsuites>")))), "a: passed\nok"},
	{SUITE(A(OUT(
		 CDATA("</failure></testcase><testcase name='b'><testcase name='c'><failure>")))),
	 "a: passed\nok"},
	{SUITE(A(OUT(CDATA("<error> <p> x < y <!DOCTYPE <!- <![CDAT <testcase")))),
	 "a: passed\nok"},
	{SUITE(A(OUT(CDATA("</system-out></testcase><testcase name='b'><system-out>") "<b/>"))),
	 "a: passed\nok"},
	/* comments that are meant */
	{SUITE("<!-- each <testcase> has its <system-out> -->" A("")), COMMENTED("12")},
	{SUITE("<!-- " B("<failure/>") " -->" A("")), COMMENTED("12")},
	{SUITE("<!-- a -- b --- " B("<failure/>") " -->" A("")), COMMENTED("12")},
	{SUITE("<!-- <testcase name='b' a='>'/> <property/> --><!-- </x> -->" A("")),
	 COMMENTED("12")},
	{"<!-- <b> </testsuite> --><?xml-stylesheet href='<x>'?>" SUITE(A("")), "a: passed\nok"},
	/* in other output before the report nothing is a section */
	{"log <!-- begin\n" REPORT "\nlog -->\n" SUITE(A("")),
	 "b: failed failure=m\na: passed\n1:5 \"<\" was taken as such\n4:1 a further root element\n"
	 "1:1 text outside of the root element was ignored (2 in all)\nrepaired"},
	{"log <![CDATA[ <?php\n" REPORT "?>",
	 "b: failed failure=m\n1:5 \"<\" was taken as such (2 in all)\n"
	 "1:1 text outside of the root element was ignored (2 in all)\nrepaired"},
};

static void test_swallowed(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(swallowed_rows); i++) {
		const struct swallowed_row *row = &swallowed_rows[i];

		for (size_t piece = 0; piece < 8; piece++) {
			CLEANUP(buf_release) struct buf found = BUF_INIT(BUF_OWN_MAX);

			show_report(row->text, strlen(row->text), piece, &found);
			if (!str_starts(buf_str(&found), row->begin) ||
			    !str_ends(buf_str(&found), row->end)) {
				fail_msg("%s\nin pieces of %zu\nexpected %s…%s\nfound    %s",
					 row->text, piece, row->begin, row->end, buf_str(&found));
			}
		}
	}
}

static void test_harmless(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		for (size_t piece = 0; piece < 8; piece++) {
			CLEANUP(buf_release) struct buf found = BUF_INIT(BUF_OWN_MAX);

			show_report(rows[i].text, strlen(rows[i].text), piece, &found);
			if (!str_eq(buf_str(&found), rows[i].events)) {
				fail_msg("%s\nin pieces of %zu\nexpected %s\nfound    %s",
					 rows[i].text, piece, rows[i].events, buf_str(&found));
			}
		}
	}
}

/* Beyond the window, and with more open than is kept. */
static void test_long(void **state)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf found = BUF_INIT(BUF_OWN_MAX);

	(void)state;
	buf_str_add(&text, "<testsuite>\n<testcase name='a'><system-out><![CDATA[");
	for (int i = 0; i < 50000; i++) {
		buf_str_add(&text, "<b>some text</b> and <property>\n");
	}
	buf_str_add(&text, "</system-out></testcase><testcase name='b'><system-out>");
	for (int i = 0; i < 50000; i++) {
		buf_str_add(&text, "]] <![CDATA <property/>\n");
	}
	buf_str_add(&text, "<system-out><![CDATA[x]]></system-out></testcase></testsuite>");
	show_report(text.data, text.len, 0, &found);
	assert_non_null(strstr(buf_str(&found),
			       "incomplete: line 2, column 32: a CDATA section" SWALLOWED));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_swallowed),
		cmocka_unit_test(test_harmless),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
