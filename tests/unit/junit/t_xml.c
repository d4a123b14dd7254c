/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "junit/xml.h"
#include "os/file.h"
#include "os/glob.h"

#include <string.h>

/* The events as text: "<name a=[value]", the text, ">". */
static int on_open(void *payload, const char *name, const struct junit_attrs *attrs,
		   struct err *err)
{
	struct buf *out = payload;

	buf_fmt(out, "<%s", name);
	for (size_t i = 0; i < attrs->len; i++) {
		buf_fmt(out, " %s=[%s]", attrs->items[i].name, attrs->items[i].value);
	}
	buf_char(out, '|');
	return str_eq(name, "bad") ? err_set(err, ERR_INPUT, "no <bad> here") : 0;
}

static void on_close(void *payload)
{
	buf_char(payload, '>');
}

static void on_text(void *payload, const char *text, size_t len)
{
	buf_add(payload, text, len);
}

static const struct junit_xml_events events = {on_open, on_close, on_text};

/* Appends the events of a document fed in pieces of that size, and its error. */
static enum junit_xml_state run(const char *data, size_t len, size_t piece, struct buf *out)
{
	struct junit_xml *xml = junit_xml_new(&events, out);
	enum junit_xml_state state = XML_GOING;

	for (size_t i = 0; i < len; i += piece) {
		junit_xml_feed(xml, data + i, len - i < piece ? len - i : piece);
	}
	junit_xml_end(xml);
	state = junit_xml_state(xml);
	buf_fmt(out, "\n%s", junit_xml_error(xml));
	junit_xml_free(xml);
	return state;
}

struct row {
	const char *text;
	enum junit_xml_state state;
	const char *events; /* with the error behind a line break */
};

static const struct row rows[] = {
	{"<a/>", XML_GOING, "<a|>\n"},
	{"<?xml version='1.0'?>\n<a>x<b/>y</a>\n\n", XML_GOING, "<a|x<b|>y>\n"},
	{"<a b='x &amp; &#38; &#x26; &lt; &amp;#38; &#38;#38;'/>", XML_GOING,
	 "<a b=[x & & & < &#38; &#38;]|>\n"},
	{"<a b='p > q' c=\">\">&amp; &#38; &gt;</a>", XML_GOING, "<a b=[p > q] c=[>]|& & >>\n"},
	{"<a><![CDATA[<b> & ]]]]><![CDATA[>]]></a>", XML_GOING, "<a|<b> & ]]>>\n"},
	{"<a><!-- <b> --><?c <d> ?></a>", XML_GOING, "<a|>\n"},
	{"<n:a xmlns:n='u' n:b='1' m:c='2'/>", XML_GOING, "<a b=[1] c=[2]|>\n"},
	{"<a b='ü&#x1F600;\n'/>", XML_GOING, "<a b=[ü😀 ]|>\n"},
	{"<a>\n<bad>", XML_REFUSED, "<a|\n<bad|\nline 2: no <bad> here"},
	{"<!DOCTYPE a><a/>", XML_REFUSED, "\nline 1: DOCTYPE is not allowed"},
	{"<?xml version='1.0'?>\n<!DOCTYPE a [<!ENTITY b 'c'>]><a d='&b;'/>", XML_REFUSED,
	 "\nline 2: DOCTYPE is not allowed"},
	{"<a>\n", XML_BROKEN, "<a|\nline 2: the file breaks off, 1 elements are open"},
	{"<a><b c='1'", XML_BROKEN, "<a|\nline 1: the file breaks off, 1 elements are open"},
	{"<a", XML_BROKEN, "\nline 1: the file ends before its first element"},
	{"<a b='1' ", XML_BROKEN, "\nline 1: the file ends before its first element"},
	{"\n", XML_BROKEN, "\nline 2: the file ends before its first element"},
	{"<!-- only a comment -->", XML_BROKEN, "\nline 1: the file ends before its first element"},
};

static void check_row(const struct row *row, size_t piece)
{
	CLEANUP(buf_release) struct buf out = BUF_INIT(4096);
	enum junit_xml_state end = run(row->text, strlen(row->text), piece, &out);

	if (end != row->state || !str_eq(buf_str(&out), row->events)) {
		fail_msg("%s in pieces of %zu: %s", row->text, piece, buf_str(&out));
	}
}

/* Every row, whatever the pieces it comes in. */
static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		for (size_t piece = 1; piece <= strlen(rows[i].text); piece++) {
			check_row(&rows[i], piece);
		}
	}
}

static void check_pieces(const char *path)
{
	static const size_t pieces[] = {1, 2, 3, 7, 64, 1000};
	CLEANUP(buf_release) struct buf whole = BUF_INIT(BUF_OWN_MAX);
	AUTO_FREE char *data = NULL;
	size_t len = 0;
	struct err err = ERR_INIT;

	assert_int_equal(file_read(path, 1 << 20, &data, &len, &err), 0);
	run(data, len, len ? len : 1, &whole);
	for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
		CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);

		run(data, len, pieces[i], &out);
		if (!str_eq(buf_str(&out), buf_str(&whole))) {
			fail_msg("%s in pieces of %zu:\n%s\n%s", path, pieces[i], buf_str(&out),
				 buf_str(&whole));
		}
	}
}

/* Every report reads alike in one piece and in small ones. */
static void test_pieces(void **state)
{
	CLEANUP(strv_release) struct strv paths = {0};

	(void)state;
	glob_files(FIXTURES "/junit/*/*.xml", &paths);
	assert_true(paths.len > 20);
	for (size_t i = 0; i < paths.len; i++) {
		check_pieces(paths.items[i]);
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
