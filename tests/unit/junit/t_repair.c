/* SPDX-License-Identifier: Apache-2.0 */
#include "events.h"

#include "base/mem.h"
#include "os/file.h"
#include "os/glob.h"

#include <string.h>

/* What is wrong with the bytes, what is made of it, and where it is said to be. */
struct row {
	const char *text;
	size_t len; /* 0: up to the NUL */
	const char *events;
};

#define CASE(body)  "<testsuite><testcase name=\"a\">" body "</testcase></testsuite>"
#define FAIL(body)  CASE("<failure>" body "</failure>")
#define NAMED(name) "<testsuite><testcase name=" name "/></testsuite>"
#define BYTES(text) text, sizeof(text) - 1
#define FFFD        "\xEF\xBF\xBD"
#define UNREADABLE  "incomplete: line 2, column 1: what stands behind the report cannot be read"
#define UNKNOWN(line, name) \
	"refused: line " line ", column 1: the encoding " name \
	" is not known here: write the report in UTF-8"

static const struct row rows[] = {
	/* nothing to mend */
	{FAIL("plain"), 0, "a: failed failure=/plain\nok"},
	{FAIL("&lt;&amp;&gt;&quot;&apos;&#65;&#x42;"), 0, "a: failed failure=/<&>\"'AB\nok"},
	{FAIL("x<![CDATA[<b> & ]]]]><![CDATA[>]]>y"), 0, "a: failed failure=/x<b> & ]]>y\nok"},
	{FAIL("x<!-- <b> -- > -->y<?z <c> ? > ?>"), 0, "a: failed failure=/xy\nok"},
	{FAIL("a\r\nb\rc&#13;&#10;d"), 0, "a: failed failure=/a\nb\nc\nd\nok"},
	{FAIL("<b>in</b>ner"), 0, "a: failed failure=/inner\nok"},
	{NAMED("'a &amp; b &#38; &lt;c&gt; \"'"), 0, "a & b & <c> \": passed\nok"},
	{NAMED("\"line\nbreak\ttab&#10;real\""), 0, "line break tab\nreal: passed\nok"},
	{NAMED("\"ü ☃ 😀\""), 0, "ü ☃ 😀: passed\nok"},
	{"<?xml version='1.0'?>\n<!-- x -->\n<testsuite\n><testcase\tname = 'a'\n/></testsuite "
	 ">\n\n",
	 0, "a: passed\nok"},
	{"<testcase classname='a' name='b'><error/></testcase>", 0, "[a] b: error error=\nok"},
	{"<testsuite><testcase name='a' classname='A'/><testcase classname='B' name='b'/><x "
	 "name='y'/>"
	 "<testcase name='c' classname='C'/><testcase classname='D'/><testcase "
	 "name='e'/></testsuite>",
	 0, "[A] a: passed\n[B] b: passed\n[C] c: passed\n[D] -: passed\ne: passed\nok"},
	{"<x:testsuite x:y='1'><x:testcase z:name='a'/></x:testsuite>", 0, "a: passed\nok"},
	/* characters */
	{BYTES(FAIL("a\x1b[31mb\x01\x00z")),
	 "a: failed failure=/a" FFFD "[31mb" FFFD FFFD
	 "z\n1:41 characters that XML forbids were replaced by U+FFFD (3 in all)\nrepaired"},
	{FAIL("\xEF\xBF\xBE"), 0,
	 "a: failed failure=/" FFFD
	 "\n1:40 characters that XML forbids were replaced by U+FFFD\nrepaired"},
	{NAMED("\"caf\xe9\xe9 \xe2\x98 \xed\xa0\x80\""), 0,
	 "caf" FFFD FFFD " " FFFD FFFD " " FFFD FFFD FFFD
	 ": passed\n1:31 bytes that are no character were replaced by U+FFFD (7 in all)\nrepaired"},
	{FAIL("&#0;&#x1b;&nbsp;&#xD800;&#99999999999;"), 0,
	 "a: failed failure=/" FFFD FFFD FFFD FFFD FFFD
	 "\n1:40 references to no character were replaced by U+FFFD (5 in all)\nrepaired"},
	{FAIL("a & b &; &# &amp"), 0,
	 "a: failed failure=/a & b &; &# &amp\n1:42 \"&\" was taken as such (4 in all)\nrepaired"},
	{NAMED("'a & b &nope; c'"), 0,
	 "a & b " FFFD " c: passed\n"
	 "1:34 references to no character were replaced by U+FFFD\n"
	 "1:30 \"&\" was taken as such\nrepaired"},
	/* markup */
	{FAIL("1 < 2 <= 3"), 0,
	 "a: failed failure=/1 < 2 <= 3\n1:42 \"<\" was taken as such (2 in all)\nrepaired"},
	{NAMED("'na<m>e \"q\"'"), 0,
	 "na<m>e \"q\": passed\n1:30 \"<\" was taken as such\nrepaired"},
	{NAMED("\"na<m>e & \"q\"\""), 0,
	 "na<m>e & \"q\": passed\n1:35 \"&\" was taken as such\n1:30 \"<\" was taken as such\n"
	 "1:37 a quote inside an attribute was taken as such (2 in all)\nrepaired"},
	{NAMED("\"say \"hi\" to me\" time=\"1\""), 0,
	 "say \"hi\" to me: passed\n"
	 "1:32 a quote inside an attribute was taken as such (2 in all)\nrepaired"},
	{NAMED("\"a\"time=\"1\""), 0,
	 "a: passed\n1:30 a quote inside an attribute was taken as such\nrepaired"},
	{"<testsuite xmlns:x='it's & <b>'><x:testcase name='a'/></testsuite>", 0,
	 "a: passed\n1:26 \"&\" was taken as such\n1:28 \"<\" was taken as such\n"
	 "1:23 a quote inside an attribute was taken as such\nrepaired"},
	{"<testsuite name=\"x <&\">\" tests=\"1\"><testcase name=\"a\"/></testsuite>", 0,
	 "[x <&\">] a: passed\n1:21 \"&\" was taken as such\n1:20 \"<\" was taken as such\n"
	 "1:22 a quote inside an attribute was taken as such\nrepaired"},
	{FAIL("a]]>b"), 0,
	 "a: failed failure=/a]]>b\n1:41 \"]]>\" in text was taken as such\nrepaired"},
	{FAIL("<![CDATA[a]]> <low> & ]]>"), 0,
	 "a: failed failure=/a]]> <low> &\n1:50 \"]]>\" in text was taken as such\nrepaired"},
	{FAIL("<![CDATA[a]]></sys]]><![CDATA[b]]>"), 0,
	 "a: failed failure=/a]]></sysb\n1:50 \"]]>\" in text was taken as such\nrepaired"},
	/* names that begin like the declaration of a namespace */
	{"<testsuite><testcase xmlns:='' name='a' file='f'/><testcase xmlns:x='y' name='b'/>"
	 "<testcase xmlns::x='y' name='c'/><testcase xmlns:1='y' name='d'/></testsuite>",
	 0, "a: passed\nb: passed\nc: passed\nd: passed\nok"},
	/* around the root */
	{"junk List<String> x\n<testsuite><testcase name='a'/></testsuite>", 0,
	 "a: passed\n1:10 \"<\" was taken as such\n"
	 "1:1 text outside of the root element was ignored\nrepaired"},
	{"<testsuite><testcase name='a'/></testsuite>\n<testsuite><testcase name='b'/></testsuite>",
	 0, "a: passed\nb: passed\n2:1 a further root element\nrepaired"},
	{BYTES("<testsuite><testcase name='a'/></testsuite>\n\0\0\0"),
	 "a: passed\n2:1 characters that XML forbids were replaced by U+FFFD (3 in all)\n"
	 "2:1 text outside of the root element was ignored\nrepaired"},
	{BYTES(NAMED("'a'") "\nl\xf6g \x1b[32mOK\x1b[0m\n" NAMED("'b'") "\0\0\0 the end"),
	 "a: passed\nb: passed\n"
	 "2:2 bytes that are no character were replaced by U+FFFD\n"
	 "2:5 characters that XML forbids were replaced by U+FFFD (5 in all)\n"
	 "3:1 a further root element\n"
	 "2:1 text outside of the root element was ignored (2 in all)\nrepaired"},
	/* or another report, which nobody can read */
	{BYTES(NAMED("'a'") "\n\xFF\xFE<\0t\0e\0s\0t\0s\0u\0i\0t\0e\0/\0>\0"),
	 "a: passed\n" UNREADABLE},
	{BYTES(NAMED("'a'") "\n<\0t\0e\0s\0t\0s\0u\0i\0t\0e\0/\0>\0\n" NAMED("'b'")),
	 "a: passed\n" UNREADABLE},
	{BYTES(NAMED("'a'") "\n\x1f\x8b\x08\0\0\0\0\0\0\x03\xb3)I-.)\xce,I\xd5\xb7\x03\0"),
	 "a: passed\n" UNREADABLE},
	{BYTES(NAMED("'a'") "\n\0\0\0\0\0\0\0\0rest"), "a: passed\n" UNREADABLE},
	{BYTES("\xFE\xFF\0<\0t\0e\0s\0t\0s\0u\0i\0t\0e\0/\0>\0\n" NAMED("'b'")), UNREADABLE},
	/* encodings */
	{BYTES("\xEF\xBB\xBF" NAMED("'ü'")), "ü: passed\nok"},
	{"<?xml version='1.0' encoding='ISO-8859-1'?>" NAMED("'\xe4 \x80 \x93'"), 0,
	 "ä € “: passed\nok"},
	{"<?xml version='1.0' encoding='latin1'?>" NAMED("'ä \xe4'"), 0,
	 "ä ä: passed\n1:67 the declared encoding is not the one of the bytes\nrepaired"},
	{"<?xml version='1.0' encoding='utf-16'?>" NAMED("'ä'"), 0,
	 "ä: passed\n1:1 the declared encoding is not the one of the bytes\nrepaired"},
	{"<?xml version='1.0' encoding='EUC-JP'?>" NAMED("'\x8f\xff'"), 0,
	 FFFD FFFD ": passed\n1:67 bytes that are no character were replaced by U+FFFD (2 in all)\n"
		   "repaired"},
	{"<?xml version='1.0' encoding='windows-1251'?>" NAMED("'\xef\xe0 ä'"), 0,
	 FFFD FFFD " ä: passed\n1:76 the declared encoding is not the one of the bytes\n"
		   "1:73 bytes that are no character were replaced by U+FFFD (2 in all)\nrepaired"},
	{"<?xml version='1.0' encoding='US-ASCII'?>" NAMED("'a'"), 0, "a: passed\nok"},
	{"\xEF\xBB\xBF<?xml version='1.0' encoding='x-own'?>" NAMED("'ä'"), 0, "ä: passed\nok"},
	/* encodings in which a failure could hide */
	{"<?xml version='1.0' encoding='UTF-7'?><testsuite><testcase name='a'>+ADw-failure/+AD4-"
	 "</testcase></testsuite>",
	 0, UNKNOWN("1", "UTF-7")},
	{"<?xml version='1.0' encoding='ISO-2022-JP' standalone='yes'?>" NAMED("'a'"), 0,
	 UNKNOWN("1", "ISO-2022-JP")},
	{"<?xml version='1.0' encoding='cp037'?>" NAMED("'a'"), 0, UNKNOWN("1", "cp037")},
	{"<?xml encoding=\"x-own\"?>" NAMED("'a'"), 0, UNKNOWN("1", "x-own")},
	{"banner\n<?xml version='1.0' encoding='utf-32'?>" NAMED("'a'"), 0, UNKNOWN("2", "utf-32")},
	{"<testsuite><testcase name='a'/></testsuite>\n<?xml version='1.0' encoding='UTF7'?>", 0,
	 "a: passed\n" UNKNOWN("2", "UTF7")},
	{BYTES("\x4c\x6f\xa7\x94\x93\x40"),
	 "refused: this is not XML: give the framework's JUnit XML file"},
	{BYTES("\xFF\xFE\0\0<\0\0\0t\0\0\0e\0\0\0s\0\0\0t\0\0\0>\0\0\0"),
	 "refused: this is not XML: give the framework's JUnit XML file"},
	{BYTES("\xFF\xFE<\0t\0e\0s\0t\0s\0u\0i\0t\0e\0>\0<\0t\0e\0s\0t\0c\0a\0s\0e\0 \0n\0a\0m\0e\0"
	       "=\0'\0\xe4\0\x3d\xd8\x00\xde\0\xd8'\0/\0>\0<\0/\0t\0e\0s\0t\0s\0u\0i\0t\0e\0>\0"),
	 "ä😀" FFFD ": passed\n1:30 bytes that are no character were replaced by U+FFFD\nrepaired"},
	{BYTES("\0<\0t\0e\0s\0t\0s\0u\0i\0t\0e\0 \0n\0a\0m\0e\0=\0'\0\xe4\0'\0/\0>"), "ok"},
	/* beyond repair */
	{"<testsuite><testcase name='a'/><testcase name='b><failure/></testcase></testsuite>", 0,
	 "a: passed\nincomplete: line 1, column 32: the file breaks off inside a tag"},
	{"<testsuite><testcase name='a>\n<testcase name='b'/></testsuite>", 0,
	 "incomplete: line 1, column 12: the tag <testcase… is not well-formed"},
	{"<testsuite><testcase name=a/></testsuite>", 0,
	 "incomplete: line 1, column 12: the tag <testcase… is not well-formed"},
	{"<testsuite>\n <testcase name='a' name='b'/></testsuite>", 0,
	 "incomplete: line 2, column 2: Attribute name redefined"},
	{"<testsuite>\nü <testcase name='a'></testsuite>", 0,
	 "a: error (broken off) error=the report breaks off inside this test\n"
	 "incomplete: line 2, column 22: the end tag </testsuite> does not close <testcase>"},
	{"<testsuite/>\n</testsuite>", 0,
	 "incomplete: line 2, column 1: the end tag </testsuite> closes nothing"},
	{"<testsuite/></steady-report>", 0,
	 "incomplete: line 1, column 13: the end tag </steady-report> closes nothing"},
	{"<testsuite/><html/>", 0, "incomplete: line 1, column 13: <html> behind the report"},
	{"<testsuite><!ENTITY a 'b'></testsuite>", 0,
	 "incomplete: line 1, column 12: \"<!\" begins nothing that is known"},
	{"<testsuite><testcase name='a'><failure>tail <![CDATA[of it", 0,
	 "a: error (broken off) failure=/tail of it error=the report breaks off inside this test\n"
	 "incomplete: line 1, column 59: the file breaks off inside a CDATA section"},
	{"<testsuite><testcase name='a'/><!-- ", 0,
	 "a: passed\nincomplete: line 1, column 37: the file breaks off inside a comment"},
	{"<testsuite><testcase name='a'/>", 0,
	 "a: passed\nincomplete: line 1, column 32: the file breaks off, 1 element is open"},
	/* no report */
	{"<testsuite><testcase name='a'/>\n<!DOCTYPE x></testsuite>", 0,
	 "a: passed\nrefused: line 2, column 1: a DOCTYPE is not allowed"},
	{"<testsuites xmlns='http://check.sourceforge.net/ns'><suite/></testsuites>", 0,
	 "refused: line 1, column 1: <testsuites> is of another format (libcheck's own XML: let "
	 "ctest run the tests, with --output-junit FILE)"},
	{"TAP version 13\n1..1\nok 1 - <b>\n", 0,
	 "refused: this is not XML: give the framework's JUnit XML file"},
	{"{\"a\": \"<b>\"}", 0,
	 "refused: this is not XML but JSON: give the framework's JUnit XML file"},
	{"\n \n", 0, "refused: there is nothing but blanks in it"},
	{"<", 0, "refused: this is not XML"},
};

static void check(const struct row *row, size_t piece)
{
	CLEANUP(buf_release) struct buf found = BUF_INIT(BUF_OWN_MAX);

	show_report(row->text, row->len ? row->len : strlen(row->text), piece, &found);
	if (!str_eq(buf_str(&found), row->events)) {
		fail_msg("%s\nin pieces of %zu\nexpected %s\nfound    %s", row->text, piece,
			 row->events, buf_str(&found));
	}
}

/* Whatever the size of the pieces. */
static void test_rows(void **state)
{
	static const size_t pieces[] = {0, 1, 2, 3, 7, 64};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		for (size_t k = 0; k < ARRAY_LEN(pieces); k++) {
			check(&rows[i], pieces[k]);
		}
	}
}

static void check_file(const char *path)
{
	CLEANUP(buf_release) struct buf whole = BUF_INIT(BUF_OWN_MAX);
	AUTO_FREE char *text = NULL;
	struct err err = ERR_INIT;
	size_t len = 0;

	if (file_read(path, (size_t)16 << 20, &text, &len, &err) < 0) {
		fail_msg("%s", err.msg);
	}
	show_report(text, len, 0, &whole);
	for (size_t piece = 1; piece < 2000; piece = piece * 3 + 2) {
		CLEANUP(buf_release) struct buf parts = BUF_INIT(BUF_OWN_MAX);

		show_report(text, len, piece, &parts);
		if (!str_eq(buf_str(&parts), buf_str(&whole))) {
			fail_msg("%s in pieces of %zu:\n%s\n---\n%s", path, piece, buf_str(&parts),
				 buf_str(&whole));
		}
	}
}

/* Every report reads alike in one piece and in small ones. */
static void test_pieces(void **state)
{
	CLEANUP(strv_release) struct strv paths = {0};

	(void)state;
	glob_files(FIXTURES "/junit/*/*.xml", &paths, NULL);
	assert_true(paths.len > 20);
	for (size_t i = 0; i < paths.len; i++) {
		check_file(paths.items[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
