/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "quarantine/ledger.h"
#include "quarantine/row_text.h"

#include <string.h>

#define SIG  "0123456789abcdef"
#define MUST "reason: r\n  owner: o\n  expires: 2026-12-24\n"
#define ROW  "- test: abc\n  " MUST "  any-failure: true\n"

static void show(const struct quarantine_row *row, struct buf *out)
{
	buf_fmt(out, "%u:%s|%s|%s|%s|%s|", row->line, row->test, row->reason, row->owner,
		str_or(row->issue, "-"), str_or(row->job, "-"));
	row_day(out, row->added_us);
	buf_char(out, '|');
	row_day(out, row->expires_us);
	VEC_EACH (char *, signature, &row->signatures) {
		buf_fmt(out, "|%s", *signature);
	}
	buf_str_add(out, row->any_failure ? "|any;" : ";");
}

static void read_all(const char *text, struct buf *out)
{
	CLEANUP(quarantine_list_release) struct quarantine_list rows = {0};
	struct err err = ERR_INIT;

	if (ledger_parse("f", text, strlen(text), &rows, &err) < 0) {
		assert_int_equal(rows.len, 0);
		assert_null(strchr(err.msg, '\n'));
		buf_str_add(out, err.msg);
	}
	VEC_EACH (const struct quarantine_row, row, &rows) {
		show(row, out);
	}
}

static void test_ledgers(void **state)
{
	static const struct {
		const char *text, *rows;
	} rows[] = {
		{"", ""},
		{"# nothing yet\n", ""},
		{"[]", ""},
		{"---\n", ""},
		{ROW, "1:abc|r|o|-|-|1970-01-01|2026-12-24|any;"},
		{"# c\n- {test: 'x::y [1]', owner: \"@a/b\", reason: it is slow, expires: "
		 "2026-01-31,"
		 " added: 2026-01-01, issue: https://e.org/1, job: unit, signatures: [" SIG
		 ", fedcba9876543210]}",
		 "2:x::y [1]|it is slow|@a/b|https://e.org/1|unit|2026-01-01|2026-01-31|" SIG
		 "|fedcba9876543210;"},
		{"- test: \"\\e\"\n  " MUST "  any-failure: true",
		 "1:\x1b|r|o|-|-|1970-01-01|2026-12-24|any;"},
		{ROW "- test: abc\n  job: j\n  " MUST "  signatures: [" SIG
		     "]\n  any-failure: false",
		 "1:abc|r|o|-|-|1970-01-01|2026-12-24|any;6:abc|r|o|-|j|1970-01-01|2026-12-24|" SIG
		 ";"},
		{"\xEF\xBB\xBF" ROW, "1:abc|r|o|-|-|1970-01-01|2026-12-24|any;"},
		{"- test: abc\n  owner: o\n  expires: 2026-12-24\n  any-failure: true\n"
		 "  reason: |\n    two\n    lines\n",
		 "1:abc|two lines|o|-|-|1970-01-01|2026-12-24|any;"},
		/* refused */
		{"a: 1", "f: line 1: a list of rows is expected"},
		{"word", "f: line 1: a list of rows is expected"},
		{"- word", "f: line 1: keys and values are expected, such as test: \xE2\x80\xA6"},
		{"- [a]", "f: line 1: keys and values are expected, such as test: \xE2\x80\xA6"},
		{ROW "- test: x\n  reson: y\n",
		 "f: line 7: unknown key 'reson' (did you mean 'reason'?)"},
		{"- zzzzzz: 1", "f: line 1: unknown key 'zzzzzz'"},
		{"- test: [a]", "f: line 1: test: one value is expected"},
		{"- test: {a: b}", "f: line 1: test: one value is expected"},
		{"- test: ''", "f: line 1: test: empty"},
		{"- test:", "f: line 1: test: empty"},
		{"- test: '*'", "f: line 1: test: this pattern names nearly every test"},
		{"- test: 'a**b'", "f: line 1: test: this pattern names nearly every test"},
		{"- reason: ''", "f: line 1: reason: empty"},
		{"- owner: \"a\\nb\"",
		 "f: line 1: owner: holds a character that cannot be shown on a line"},
		{"- issue: \"\\u202E\"",
		 "f: line 1: issue: holds a character that cannot be shown on a line"},
		{"- added: 2026-13-01", "f: line 1: added: a day such as 2026-12-24 is expected"},
		{"- expires: 2026-02-30",
		 "f: line 1: expires: a day such as 2026-12-24 is expected"},
		{"- expires: 2026-02-03T00:00:00Z",
		 "f: line 1: expires: a day such as 2026-12-24 is expected"},
		{"- expires: never", "f: line 1: expires: a day such as 2026-12-24 is expected"},
		{"- any-failure: yes", "f: line 1: any-failure: true or false is expected"},
		{"- signatures: " SIG, "f: line 1: signatures: a list is expected"},
		{"- signatures: [[]]", "f: line 1: signatures: one value is expected"},
		{"- signatures:\n    - 0123\n",
		 "f: line 2: signatures: 16 hex digits are expected, as `steady explain` prints "
		 "them"},
		{"- signatures: [0123456789ABCDEF]",
		 "f: line 1: signatures: 16 hex digits are expected, as `steady explain` prints "
		 "them"},
		{"- signatures: [" SIG ", " SIG "]", "f: line 1: signatures: there twice"},
		{"- reason: r\n", "f: line 1: test: missing in this row"},
		{"- test: abc\n  owner: o\n  expires: 2026-12-24\n  any-failure: true",
		 "f: line 1: reason: missing in this row"},
		{"- test: abc\n  reason: o\n  expires: 2026-12-24\n  any-failure: true",
		 "f: line 1: owner: missing in this row"},
		{"- test: abc\n  reason: o\n  owner: o\n  any-failure: true",
		 "f: line 1: expires: missing in this row"},
		{"- test: abc\n  " MUST, "f: line 1: signatures: name the failures that are "
					 "excused, or say any-failure: true"},
		{"- test: abc\n  " MUST "  signatures: []",
		 "f: line 1: signatures: name the failures that are excused, or say any-failure: "
		 "true"},
		{"- test: abc\n  " MUST "  any-failure: true\n  signatures: [" SIG "]",
		 "f: line 1: any-failure: then there are no signatures to name"},
		{"- test: abc\n  " MUST "  any-failure: true\n  added: 2026-12-25",
		 "f: line 1: expires: lies before added"},
		{ROW ROW, "f: line 6: test: this one is there already, in line 1"},
		{"- test: &a abc", "f: line 1 column 9: anchors are not allowed"},
		{"- *a", "f: line 1 column 3: aliases are not allowed"},
		{"- test: !!str abc", "f: line 1 column 9: tags are not allowed"},
		{"- test: a\n  test: b", "f: line 2 column 3: the key \"test\" is there twice"},
		{"\xFF\xFE-\0", "f: line 1: not UTF-8"},
		{"- test: \xC3(", "f: line 1 column 10: invalid trailing UTF-8 octet"},
		{"- a: [", "f: line 2 column 1: did not find expected node content"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(buf_release) struct buf out = BUF_INIT(4000);

		read_all(rows[i].text, &out);
		if (!str_eq(buf_str(&out), rows[i].rows)) {
			fail_msg("%s:\n%s", rows[i].text, buf_str(&out));
		}
	}
}

static void expect_refused(const struct buf *text, const char *message)
{
	CLEANUP(quarantine_list_release) struct quarantine_list rows = {0};
	struct err err = ERR_INIT;

	assert_int_equal(ledger_parse("f", buf_str(text), text->len, &rows, &err), -1);
	assert_string_equal(err.msg, message);
}

static void test_sizes(void **state)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT((size_t)1 << 20);

	(void)state;
	for (int i = 0; i < 501; i++) {
		buf_fmt(&text, "- {test: t%d}\n", i);
	}
	expect_refused(&text, "f: line 1: more than 500 rows");
	buf_clear(&text);
	buf_str_add(&text, "- test: ");
	for (int i = 0; i < 1001; i++) {
		buf_char(&text, 'a');
	}
	expect_refused(&text, "f: line 1: test: longer than 1000 bytes");
	buf_clear(&text);
	buf_str_add(&text, "- signatures:\n");
	for (int i = 0; i < 101; i++) {
		buf_fmt(&text, "    - %016d\n", i);
	}
	expect_refused(&text, "f: line 102: signatures: more than 100");
	buf_clear(&text);
	while (text.len <= LEDGER_MAX) {
		buf_str_add(&text, "# comment\n");
	}
	expect_refused(&text, "f: line 1: longer than 256 KiB");
	buf_clear(&text);
	for (int i = 0; i < 5000; i++) {
		buf_char(&text, '[');
	}
	expect_refused(&text, "f: line 1 column 33: nested too deeply");
}

/* What is written is what was meant. */
static void test_rows_are_written(void **state)
{
	char test[] = "a.b::it #1 \"x\"", reason[] = "no: 'idea'", owner[] = "@team";
	char issue[] = "https://example.org/1";
	struct quarantine_row row = {
		.test = test,
		.reason = reason,
		.owner = owner,
		.issue = issue,
		.added_us = INT64_C(1766534400000000),
		.expires_us = INT64_C(1769212800000000),
	};
	CLEANUP(buf_release) struct buf text = BUF_INIT(1000);
	CLEANUP(quarantine_list_release) struct quarantine_list rows = {0};
	struct err err = ERR_INIT;

	(void)state;
	strv_add(&row.signatures, SIG);
	strv_add(&row.signatures, "abcdef0123456789");
	row_text(&row, 2, "\n", &text);
	assert_string_equal(buf_str(&text), "  - test: \"a.b::it #1 \\\"x\\\"\"\n"
					    "    reason: \"no: 'idea'\"\n"
					    "    owner: \"@team\"\n"
					    "    issue: https://example.org/1\n"
					    "    added: 2025-12-24\n"
					    "    expires: 2026-01-24\n"
					    "    signatures:\n"
					    "      - \"" SIG "\"\n"
					    "      - abcdef0123456789\n");
	assert_int_equal(ledger_parse("f", buf_str(&text), text.len, &rows, &err), 0);
	assert_true(quarantine_row_eq(&rows.items[0], &row));
	strv_release(&row.signatures);
	row.any_failure = true;
	row.added_us = 0;
	row.issue = NULL;
	buf_clear(&text);
	row_text(&row, 0, "\r\n", &text);
	assert_string_equal(buf_str(&text), "- test: \"a.b::it #1 \\\"x\\\"\"\r\n"
					    "  reason: \"no: 'idea'\"\r\n"
					    "  owner: \"@team\"\r\n"
					    "  expires: 2026-01-24\r\n"
					    "  any-failure: true\r\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ledgers),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_rows_are_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
