/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "text/utf8.h"

#include <string.h>

#define FFFD "\xEF\xBF\xBD"

static void test_decodes(void **state)
{
	static const struct {
		const char *bytes;
		uint32_t point;
		size_t used;
		const char *why;
	} rows[] = {
		{"A", 'A', 1, "ASCII"},
		{"\x7F", 0x7F, 1, "the last ASCII one"},
		{"\xC2\x80", 0x80, 2, "the first of two bytes"},
		{"\xDF\xBF", 0x7FF, 2, "the last of two bytes"},
		{"\xE0\xA0\x80", 0x800, 3, "the first of three bytes"},
		{"\xED\x9F\xBF", 0xD7FF, 3, "below the surrogates"},
		{"\xEE\x80\x80", 0xE000, 3, "above the surrogates"},
		{FFFD, 0xFFFD, 3, "a real replacement character"},
		{"\xF0\x90\x80\x80", 0x10000, 4, "the first of four bytes"},
		{"\xF4\x8F\xBF\xBF", 0x10FFFF, 4, "the last there is"},
		{"\x80", 0xFFFD, 1, "a continuation alone"},
		{"\xC0\x80", 0xFFFD, 1, "overlong NUL"},
		{"\xC1\xBF", 0xFFFD, 1, "overlong ASCII"},
		{"\xE0\x9F\xBF", 0xFFFD, 1, "overlong in three bytes"},
		{"\xF0\x8F\xBF\xBF", 0xFFFD, 1, "overlong in four bytes"},
		{"\xED\xA0\x80", 0xFFFD, 1, "the first surrogate"},
		{"\xED\xBF\xBF", 0xFFFD, 1, "the last surrogate"},
		{"\xF4\x90\x80\x80", 0xFFFD, 1, "above the last"},
		{"\xF8\x88\x80\x80\x80", 0xFFFD, 1, "five bytes"},
		{"\xFF", 0xFFFD, 1, "never a byte of UTF-8"},
		{"\xE2\x82", 0xFFFD, 1, "cut at the end"},
		{"\xE2\x82"
		 "A",
		 0xFFFD, 1, "cut in the middle"},
		{"\xC3", 0xFFFD, 1, "cut after its first byte"},
		{"", 0xFFFD, 0, "nothing"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t used = 99;
		uint32_t point = utf8_decode(rows[i].bytes, strlen(rows[i].bytes), &used);

		if (point != rows[i].point || used != rows[i].used) {
			fail_msg("%s: U+%04X, %zu used", rows[i].why, point, used);
		}
	}
}

static void test_decodes_nothing_behind_the_end(void **state)
{
	size_t used = 0;

	(void)state;
	assert_int_equal(utf8_decode("\xE2\x82\xAC", 2, &used), 0xFFFD);
	assert_int_equal(used, 1);
	assert_int_equal(utf8_decode("\0x", 2, &used), 0);
	assert_int_equal(used, 1);
}

static void test_puts_what_it_decodes(void **state)
{
	static const uint32_t points[] = {0x1,    0x7F,   0x80,   0x7FF,   0x800,
					  0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF};
	CLEANUP(buf_release) struct buf out = BUF_INIT(100);
	size_t used = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(points); i++) {
		buf_clear(&out);
		utf8_put(&out, points[i]);
		assert_int_equal(utf8_decode(buf_str(&out), out.len, &used), points[i]);
		assert_int_equal(used, out.len);
	}
	buf_clear(&out);
	utf8_put(&out, 0xD800);
	utf8_put(&out, 0x110000);
	assert_string_equal(buf_str(&out), FFFD FFFD);
}

static void test_cleans(void **state)
{
	static const struct {
		const char *in, *out, *why;
	} rows[] = {
		{"", "", "nothing"},
		{"plain", "plain", "nothing to do"},
		{"\xC3\xA4\xE2\x82\xAC", "\xC3\xA4\xE2\x82\xAC", "good UTF-8"},
		{"a\xE4"
		 "b",
		 "a" FFFD "b", "a Latin-1 byte"},
		{"\xE2\x82", FFFD FFFD, "one for each byte"},
		{"\xFF"
		 "a\xFF",
		 FFFD "a" FFFD, "at both ends"},
		{FFFD, FFFD, "a real replacement character"},
		{"\xED\xA0\x80", FFFD FFFD FFFD, "a surrogate"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(buf_release) struct buf out = BUF_INIT(100);

		utf8_clean(&out, rows[i].in, strlen(rows[i].in));
		if (strcmp(buf_str(&out), rows[i].out) != 0) {
			fail_msg("%s: \"%s\"", rows[i].why, buf_str(&out));
		}
	}
}

static void test_a_full_buffer_ends_on_a_whole_character(void **state)
{
	static const struct {
		size_t max;
		const char *out;
	} rows[] = {
		{0, ""},
		{2, ""},
		{3, "\xE2\x82\xAC"},
		{5, "\xE2\x82\xAC"},
		{6, "\xE2\x82\xAC" FFFD},
		{7, "\xE2\x82\xAC" FFFD "b"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(buf_release) struct buf out = BUF_INIT(rows[i].max);

		utf8_clean(&out,
			   "\xE2\x82\xAC\xFF"
			   "b",
			   5);
		assert_string_equal(buf_str(&out), rows[i].out);
		assert_int_equal(out.cut, rows[i].max < 7);
	}
}

static void test_unsafe_code_points(void **state)
{
	static const struct {
		uint32_t point;
		bool unsafe;
	} rows[] = {
		{0x00, true},    {0x1B, true},    {0x1F, true},     {' ', false},
		{'~', false},    {0x7F, true},    {0x80, true},     {0x9B, true},
		{0x9F, true},    {0xA0, false},   {0x61C, true},    {0x200B, false},
		{0x200D, false}, {0x200E, true},  {0x200F, true},   {0x2027, false},
		{0x2028, true},  {0x2029, true},  {0x202A, true},   {0x202E, true},
		{0x202F, false}, {0x2065, false}, {0x2066, true},   {0x2069, true},
		{0xFEFF, true},  {0xFFF9, true},  {0xFFFD, false},  {0x1F600, false},
		{0xE0041, true}, {0xE007F, true}, {0xE0100, false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (utf8_is_unsafe(rows[i].point) != rows[i].unsafe) {
			fail_msg("U+%04X", rows[i].point);
		}
	}
}

static void test_width_counts_columns(void **state)
{
	(void)state;
	assert_int_equal(utf8_width(""), 0);
	assert_int_equal(utf8_width("abc"), 3);
	assert_int_equal(utf8_width("\xC3\xA4\xE2\x82\xAC"), 2);
	assert_int_equal(utf8_width("a\xCC\x88"), 1);
	assert_int_equal(utf8_width("\xCC\x80\xCD\xAF\xCD\xB0"), 1);
	assert_int_equal(utf8_width("\xFF\xFE"), 2);
}

static void test_cuts(void **state)
{
	static const struct {
		const char *in;
		size_t columns;
		const char *out, *why;
	} rows[] = {
		{"abc", 5, "abc", "shorter"},
		{"abc", 3, "abc", "just fits"},
		{"abcd", 3, "ab…", "one too many"},
		{"abcd", 1, "…", "only the mark fits"},
		{"abcd", 0, "", "nothing fits"},
		{"", 3, "", "nothing to cut"},
		{"\xC3\xA4\xC3\xB6\xC3\xBC", 2, "\xC3\xA4…", "characters, not bytes"},
		{"a\xCC\x88"
		 "b\xCC\x88"
		 "c",
		 2, "a\xCC\x88…", "a mark stays with its letter"},
		{"ab\xCC\x88", 2, "ab\xCC\x88", "a mark at the end takes no column"},
		{"a\xFF"
		 "b",
		 3, "a" FFFD "b", "a bad byte is repaired"},
		{"a\xFF"
		 "bc",
		 3, "a" FFFD "…", "a bad byte is a column"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(buf_release) struct buf out = BUF_INIT(100);

		utf8_cut(&out, rows[i].in, rows[i].columns);
		if (strcmp(buf_str(&out), rows[i].out) != 0) {
			fail_msg("%s: \"%s\"", rows[i].why, buf_str(&out));
		}
	}
}

/* Whatever stands in front of it and behind it. */
static void test_clean_finds_a_bad_byte_anywhere(void **state)
{
	(void)state;
	for (size_t at = 0; at < 24; at++) {
		CLEANUP(buf_release) struct buf out = BUF_INIT(100);
		char text[] = "abcdefghijklmnopqrstuvwx";

		text[at] = '\xff';
		utf8_clean(&out, text, strlen(text));
		assert_int_equal(out.len, 26);
		assert_memory_equal(out.data, text, at);
		assert_memory_equal(out.data + at, "\xef\xbf\xbd", 3);
		assert_string_equal(out.data + at + 3, text + at + 1);
	}
}

static void test_shown(void **state)
{
	(void)state;
	assert_true(utf8_is_shown(""));
	assert_true(utf8_is_shown("b\xc3\xa9ta \xf0\x9f\x98\x80"));
	assert_false(utf8_is_shown("two\nlines"));
	assert_false(utf8_is_shown("\xe2\x80\xaeturned"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clean_finds_a_bad_byte_anywhere),
		cmocka_unit_test(test_decodes),
		cmocka_unit_test(test_decodes_nothing_behind_the_end),
		cmocka_unit_test(test_puts_what_it_decodes),
		cmocka_unit_test(test_cleans),
		cmocka_unit_test(test_a_full_buffer_ends_on_a_whole_character),
		cmocka_unit_test(test_unsafe_code_points),
		cmocka_unit_test(test_width_counts_columns),
		cmocka_unit_test(test_cuts),
		cmocka_unit_test(test_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
