/* SPDX-License-Identifier: Apache-2.0 */
#include "events.h"

#include "base/mem.h"

#include <fcntl.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* Files made to hurt. What counts is what is told and how much of it; nothing is opened. */

#define MB ((size_t)1 << 20)

/* Sanitizers make each byte dear; what a megabyte shows, a hundred do not show better there. */
#ifdef __SANITIZE_ADDRESS__
#define HUGE (8 * MB)
#else
#define HUGE (100 * MB)
#endif

/* A report that is never in memory: start, `unit` again and again up to `size` bytes, end. */
struct made {
	const char *start, *unit, *end;
	size_t size;
};

static void feed(struct steady_junit_reader *reader, const char *text, size_t len)
{
	steady_junit_feed(reader, text, len);
}

static void feed_unit(struct steady_junit_reader *reader, const char *unit, size_t size)
{
	CLEANUP(buf_release) struct buf chunk = BUF_INIT(BUF_OWN_MAX);
	size_t len = strlen(unit);

	while (chunk.len + len < 64000) {
		buf_str_add(&chunk, unit);
	}
	for (size_t fed = 0; fed < size; fed += chunk.len) {
		feed(reader, chunk.data, chunk.len);
	}
}

static void show_made(const struct made *made, struct buf *out)
{
	struct steady_junit_summary summary;
	char error[1024];
	struct steady_junit_reader *reader = steady_junit_new(&show_events, out, NULL, error);

	assert_non_null(reader);
	feed(reader, made->start, strlen(made->start));
	feed_unit(reader, made->unit, made->size);
	feed(reader, made->end, strlen(made->end));
	steady_junit_finish(reader, &summary);
	steady_junit_free(reader);
	buf_fmt(out, "%s%s%s", steady_junit_state_name(summary.state), summary.error[0] ? ": " : "",
		summary.error);
}

struct row {
	struct made made;
	const char *begins; /* of the events */
	const char *ends;
	size_t longest; /* bytes of all events */
};

#define OPEN  "<testsuite><testcase name='a'><failure>"
#define CLOSE "</failure></testcase></testsuite>"

static const struct row rows[] = {
	/* one very long thing */
	{{OPEN, "a line of text\n", CLOSE, 8 * MB},
	 "a: failed failure=/a line of text\n",
	 "a line of text\nok",
	 70000},
	{{OPEN "<![CDATA[", "log -> 'x' ]] > \"\n", "]]>" CLOSE, HUGE},
	 "a: failed failure=/log ->",
	 "\"\nok",
	 70000},
	{{OPEN, "&lt;&amp;", CLOSE, 4 * MB}, "a: failed failure=/<&<&", "<&\nok", 70000},
	{{"<testsuite><testcase name='a'><failure message='", "word ", "'/></testcase></testsuite>",
	  HUGE},
	 "a: failed failure=word word",
	 "…\nok",
	 5000},
	{{"<testsuite><testcase name='", "&lt;", "'/></testsuite>", 4 * MB},
	 "<<<<",
	 "]: passed\nok",
	 5000},
	{{"<testsuite><!--", "- -> ", "--><testcase name='a'/></testsuite>", 8 * MB},
	 "a: passed\n",
	 "ok",
	 100},
	{{"<testsuite><?x ", "? > ", "?><testcase name='a'/></testsuite>", 8 * MB},
	 "a: passed\n",
	 "ok",
	 100},
	{{"<testsuite><testcase name='a'", "    \n", "/></testsuite>", 4 * MB},
	 "a: passed\n",
	 "ok",
	 100},
	{{"<testsuite><testcase name='a'><system-out>", "x\n",
	  "</system-out><failure/></testcase></testsuite>", 4 * MB},
	 "a: failed failure= out=[… ",
	 "x\nok",
	 9000},
	/* very many things */
	{{"", "<testsuite>", "", 2 * MB},
	 "refused: line 1, column ",
	 ": elements are nested more than 1000 deep",
	 100},
	{{"<testsuite><testcase name='a'", " b='c'", "/></testsuite>", MB},
	 "refused: line 1, column 12: ",
	 "an element has more than 256 attributes",
	 100},
	{{"<testsuite name='s", "'\nx='", "'/>", MB},
	 "refused: line 1, column 1: ",
	 "an element has more than 256 attributes",
	 100},
	{{"<testsuite>", "<testcase><testcase>", "", MB},
	 "refused: line 1, column ",
	 "test cases are nested more than 16 deep",
	 100},
	{{"<testsuite>", "<testcase name='a'/>", "</testsuite>", 4 * MB},
	 "a: passed\na: passed\n",
	 "ok",
	 3 * MB},
	/* many errors, many warnings */
	{{"<testsuite><testcase name='a'>", "<failure>x</failure><error/>",
	  "</testcase></testsuite>", 4 * MB},
	 "a: error failure=/x error= failure=/x",
	 "error=\nok",
	 1000},
	{{"<testsuites>", "<testsuite tests='7'/>", "</testsuites>", MB},
	 "1:13 says 7 tests, holds 0",
	 "suites in all say another number of tests than they hold\nok",
	 1000},
	{{"", "&;<\x01]]>", "", 4 * MB}, "refused: this is not XML", "", 200},
	{{OPEN, "&;<\x01]]>", CLOSE, MB}, "a: failed failure=/&;<", "repaired", 80000},
};

static void check(const struct row *row)
{
	CLEANUP(buf_release) struct buf found = BUF_INIT(BUF_OWN_MAX);

	show_made(&row->made, &found);
	if (!str_starts(buf_str(&found), row->begins) || !str_ends(buf_str(&found), row->ends) ||
	    found.len > row->longest) {
		fail_msg("%s%s…: %zu bytes, %.300s … %s", row->made.start, row->made.unit,
			 found.len, buf_str(&found),
			 buf_str(&found) + (found.len > 100 ? found.len - 100 : 0));
	}
}

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		check(&rows[i]);
	}
}

/* More names than anybody has. */
static void test_names(void **state)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf found = BUF_INIT(BUF_OWN_MAX);

	(void)state;
	buf_str_add(&text, "<testsuite>");
	for (unsigned i = 0; i < 50000; i++) {
		buf_fmt(&text, "<n%u/>", i);
	}
	buf_str_add(&text, "</testsuite>");
	show_report(text.data, text.len, 0, &found);
	assert_true(str_starts(buf_str(&found), "refused: line 1, column "));
	assert_true(str_ends(buf_str(&found), "more than 1000 different names"));
}

/* Whatever a document asks for: entities, DTDs, inclusions. */
static const char *const wishes[] = {
	"<!DOCTYPE r [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;'>]><testsuite name='&b;'/>",
	"<!DOCTYPE r [<!ENTITY a 'a long one, used very often'>]><testsuite><testcase name='b'>"
	"<failure message='&a;&a;&a;&a;'>&a;&a;&a;&a;&a;&a;&a;&a;</failure></testcase></testsuite>",
	"<!DOCTYPE r SYSTEM 'file:///etc/passwd'><testsuite/>",
	"<!DOCTYPE r SYSTEM 'http://127.0.0.1:9/x.dtd'><testsuite/>",
	"<!DOCTYPE r [<!ENTITY x SYSTEM '/etc/passwd'>]><testsuite><testcase "
	"name='&x;'/></testsuite>",
	"<!DOCTYPE r [<!ENTITY % p SYSTEM '/etc/passwd'>%p;]><testsuite/>",
	"<!doctype r [<!ATTLIST testsuite name CDATA 'x'>]><testsuite/>",
	"<?xml version='1.0'?>\n<!-- x -->\n<!DOCTYPE testsuite>\n<testsuite/>",
	"<testsuite xmlns:xi='http://www.w3.org/2001/XInclude'><testcase name='a'><failure>"
	"<xi:include href='/etc/passwd' parse='text'/></failure></testcase></testsuite>",
	"<?xml-stylesheet href='/etc/passwd'?><testsuite xsi:schemaLocation='/etc/passwd'/>",
};

/* No descriptor can be had: who wants to open something fails, and says so. */
static void show_without_descriptors(const char *text, struct buf *out)
{
	struct rlimit before;
	struct rlimit none;

	getrlimit(RLIMIT_NOFILE, &before);
	none = (struct rlimit){0, before.rlim_max};
	setrlimit(RLIMIT_NOFILE, &none);
	show_report(text, strlen(text), 0, out);
	setrlimit(RLIMIT_NOFILE, &before);
}

static void test_wishes(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wishes); i++) {
		CLEANUP(buf_release) struct buf found = BUF_INIT(BUF_OWN_MAX);
		CLEANUP(buf_release) struct buf alone = BUF_INIT(BUF_OWN_MAX);
		bool doctype = strstr(wishes[i], "<!D") || strstr(wishes[i], "<!d");

		show_report(wishes[i], strlen(wishes[i]), 0, &found);
		show_without_descriptors(wishes[i], &alone);
		assert_string_equal(buf_str(&found), buf_str(&alone));
		assert_null(strstr(buf_str(&found), "root:"));
		assert_int_equal(doctype,
				 strstr(buf_str(&found), "a DOCTYPE is not allowed") != NULL);
	}
}

/* A name is data: it comes out as it is, and whoever shows it escapes it. */
static void test_rude_names(void **state)
{
	static const char text[] = "<testsuite><testcase classname='../../etc' "
				   "name='&#10;::set-output::&#9;../x &lt;script> \x1b[2J&#27;'/>"
				   "</testsuite>";
	CLEANUP(buf_release) struct buf found = BUF_INIT(BUF_OWN_MAX);

	(void)state;
	show_report(text, strlen(text), 0, &found);
	assert_string_equal(buf_str(&found),
			    "[../../etc] \n::set-output::\t../x <script> \xEF\xBF\xBD"
			    ": passed\n"
			    "1:90 characters that XML forbids were replaced by U+FFFD\n"
			    "1:94 references to no character were replaced by U+FFFD\nrepaired");
}

/* As many cases as fit into 100 MB. Of each the name is all there is. */
#define TINY "<testcase name='a'/>"

static int count_case(void *payload, const struct steady_junit_case *test)
{
	size_t *cases = payload;

	assert_string_equal(test->name, "a");
	++*cases;
	return 0;
}

static void test_many_tiny_cases(void **state)
{
	const struct steady_junit_events events = {.on_case = count_case};
	size_t cases = 0, before = mallinfo2().uordblks + mallinfo2().hblkhd;
	struct steady_junit_summary summary;
	char error[1024];
	struct steady_junit_reader *reader = steady_junit_new(&events, &cases, NULL, error);

	(void)state;
	assert_non_null(reader);
	feed(reader, "<testsuite>", strlen("<testsuite>"));
	feed_unit(reader, TINY, HUGE);
	assert_true(mallinfo2().uordblks + mallinfo2().hblkhd < before + 4 * MB);
	feed(reader, "</testsuite>", strlen("</testsuite>"));
	steady_junit_finish(reader, &summary);
	steady_junit_free(reader);
	assert_int_equal(summary.state, STEADY_JUNIT_OK);
	assert_true(cases >= HUGE / strlen(TINY));
	assert_int_equal(cases, summary.cases);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_wishes),
		cmocka_unit_test(test_rude_names),
		cmocka_unit_test(test_many_tiny_cases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
