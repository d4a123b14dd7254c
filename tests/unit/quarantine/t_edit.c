/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/mem.h"
#include "base/str.h"
#include "quarantine/edit.h"
#include "quarantine/ledger.h"

#include <string.h>

#define REST(in) \
	in "  reason: r\n" in "  owner: o\n" in "  expires: 2026-12-24\n" in "  any-failure: " \
	   "true\n"
#define A   "- test: aaa\n" REST("")
#define B   "- test: bbb\n" REST("")
#define C   "- test: ccc\n" REST("")
#define NEW "- test: nnn\n" REST("")
#define CRLF(name) \
	"- test: " name "\r\n  reason: r\r\n  owner: o\r\n  expires: 2026-12-24\r\n" \
	"  any-failure: true\r\n"
#define FLOW(name) "{test: " name ", reason: r, owner: o, expires: 2026-12-24, any-failure: true}"
#define NO         "written in a way that steady does not edit: edit it by hand"

static struct quarantine_row new_row(void)
{
	struct quarantine_row row = {.any_failure = true};
	bool is_day = ledger_day_parse("2026-12-24", &row.expires_us);

	assert_true(is_day);
	row.test = mem_str("nnn");
	row.reason = mem_str("r");
	row.owner = mem_str("o");
	return row;
}

static void expect(const char *before, const char *want, int rc, const struct buf *out,
		   const struct err *err)
{
	if (rc < 0) {
		assert_int_equal(out->len, 0);
	}
	if (!str_eq(rc < 0 ? err->msg : buf_str(out), want)) {
		fail_msg("%s\n---\n%s\n---\n%s", before, want, rc < 0 ? err->msg : buf_str(out));
	}
}

static void test_add(void **state)
{
	static const struct {
		const char *before, *after;
	} rows[] = {
		{"", NEW},
		{"# The ledger.\n\n", "# The ledger.\n\n" NEW},
		{"# The ledger.", "# The ledger.\n" NEW},
		{"---\n", "---\n" NEW},
		{A, A NEW},
		{"# one\n" A "# two\n" B "# end\n\n", "# one\n" A "# two\n" B "# end\n\n" NEW},
		{"- test: \"\\u00e4 # x\"   # why\n" REST(""),
		 "- test: \"\\u00e4 # x\"   # why\n" REST("") NEW},
		{"  - test: aaa\n" REST("  "),
		 "  - test: aaa\n" REST("  ") "  - test: nnn\n" REST("  ")},
		{"-   test: aaa\n" REST("  "), "-   test: aaa\n" REST("  ") NEW},
		{CRLF("aaa"), CRLF("aaa") CRLF("nnn")},
		{"- " FLOW("aaa"), "- " FLOW("aaa") "\n" NEW},
		{"\xEF\xBB\xBF" A, "\xEF\xBB\xBF" A NEW},
		{"- test: aaa\n  owner: o\n  expires: 2026-12-24\n  any-failure: true\n"
		 "  reason: >-\n    two\n    lines\n",
		 "- test: aaa\n  owner: o\n  expires: 2026-12-24\n  any-failure: true\n"
		 "  reason: >-\n    two\n    lines\n" NEW},
		/* refused */
		{"[" FLOW("aaa") "]", "f: line 1: " NO},
		{"[]", "f: line 1: " NO},
		{"{}", "f: line 1: " NO},
		{A "...\n", "f: line 1: " NO},
		{"-\n  test: aaa\n" REST(""), "f: line 2: " NO},
		{"- # c\n  test: aaa\n" REST(""), "f: line 2: " NO},
		{"--- \n- ? test\n  : aaa\n" REST("") "- a\n",
		 "f: line 8: keys and values are expected, such as test: \xE2\x80\xA6"},
		{NEW, "f: line 1: " NO},
		{"- x: 1", "f: line 1: unknown key 'x'"},
	};
	struct quarantine_row row = new_row();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct edit_text text = {"f", rows[i].before, strlen(rows[i].before)};
		CLEANUP(buf_release) struct buf out = BUF_INIT(4000);
		struct err err = ERR_INIT;

		expect(rows[i].before, rows[i].after, edit_add(&text, &row, &out, &err), &out,
		       &err);
	}
	quarantine_row_release(&row);
}

static void test_remove(void **state)
{
	static const struct {
		const char *before;
		size_t nth;
		const char *after;
	} rows[] = {
		{A, 0, ""},
		{A B C, 0, B C},
		{A B C, 1, A C},
		{A B C, 2, A B},
		{"# 1\n" A "# 2\n\n" B "# 3\n" C "# 4", 1, "# 1\n" A "# 2\n\n# 3\n" C "# 4"},
		{"# 1\n" A "# 2\n\n" B "# 3\n" C "# 4", 2, "# 1\n" A "# 2\n\n" B "# 3\n# 4"},
		{"- test: aaa # x\n  # y\n" REST("") B, 0, B},
		{CRLF("aaa") CRLF("bbb") "# z\r\n", 0, CRLF("bbb") "# z\r\n"},
		{"  - test: aaa\n" REST("  ") "  - test: bbb\n" REST("  "), 0,
		 "  - test: bbb\n" REST("  ")},
		{"- " FLOW("aaa") " # x\n- " FLOW("bbb"), 1, "- " FLOW("aaa") " # x\n"},
		{"\xEF\xBB\xBF" A B, 0, "\xEF\xBB\xBF" B},
		{"\xEF\xBB\xBF# \xC3\xA4\n" A "# \xC3\xA4\n" B, 1,
		 "\xEF\xBB\xBF# \xC3\xA4\n" A "# \xC3\xA4\n"},
		{"- test: aaa\n  owner: o\n  expires: 2026-12-24\n  any-failure: true\n"
		 "  reason: |\n    two\n    lines\n" B,
		 0, B},
		{"- test: aaa\n  owner: o\n  expires: 2026-12-24\n  any-failure: true\n"
		 "  reason: one\n    two\n# c\n" B,
		 0, "# c\n" B},
		/* refused */
		{"[" FLOW("aaa") "]", 0, "f: line 1: " NO},
		{"[" FLOW("aaa") ",\n" FLOW("bbb") "]", 1, "f: line 2: " NO},
		{"-\n  test: aaa\n" REST(""), 0, "f: line 2: " NO},
		{"--- \n- x\n", 0,
		 "f: line 2: keys and values are expected, such as test: \xE2\x80\xA6"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct edit_text text = {"f", rows[i].before, strlen(rows[i].before)};
		CLEANUP(buf_release) struct buf out = BUF_INIT(4000);
		struct err err = ERR_INIT;

		expect(rows[i].before, rows[i].after, edit_remove(&text, rows[i].nth, &out, &err),
		       &out, &err);
	}
}

/* What was added can be taken out again, and nothing of it is left. */
static void test_there_and_back(void **state)
{
	static const char *const texts[] = {
		"",
		A,
		"# c\n" A B "# d\n",
		CRLF("aaa"),
		"\xEF\xBB\xBF" A "# \xE2\x82\xAC\n",
		"  - test: aaa\n" REST("  "),
	};
	struct quarantine_row row = new_row();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		const struct edit_text before = {"f", texts[i], strlen(texts[i])};
		CLEANUP(buf_release) struct buf with = BUF_INIT(4000);
		CLEANUP(buf_release) struct buf without = BUF_INIT(4000);
		CLEANUP(quarantine_list_release) struct quarantine_list rows = {0};
		struct edit_text after;
		struct err err = ERR_INIT;

		assert_int_equal(edit_add(&before, &row, &with, &err), 0);
		assert_int_equal(ledger_parse("f", buf_str(&with), with.len, &rows, &err), 0);
		after = (struct edit_text){"f", buf_str(&with), with.len};
		assert_int_equal(edit_remove(&after, rows.len - 1, &without, &err), 0);
		assert_string_equal(buf_str(&without), texts[i]);
	}
	quarantine_row_release(&row);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_add),
		cmocka_unit_test(test_remove),
		cmocka_unit_test(test_there_and_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
