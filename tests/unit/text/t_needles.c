/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/buf.h"
#include "base/str.h"
#include "text/literals.h"
#include "text/needles.h"

#include <string.h>

/* Literals by their numbers, a text, and the numbers found in it as bits. */
static const struct {
	const char *literals[6];
	const char *text;
	uint64_t found;
	const char *why;
} rows[] = {
	{{"he", "she", "his", "hers"}, "ushers", 0xb, "one inside the other"},
	{{"abcd", "bc"}, "abc", 0x2, "the end of a literal that breaks off"},
	{{"aab"}, "aaab", 0x1, "falls back by one"},
	{{"ab", "ab"}, "ab", 0x3, "two numbers of one literal"},
	{{"refused"}, "Connection REFUSED", 0x1, "in either case"},
	{{"ECONN"}, "econnreset", 0x1, "also where the literal has capitals"},
	{{"a"}, "", 0, "an empty text"},
	{{"abc"}, "ab", 0, "a beginning only"},
	{{"a[b"}, "xa[b", 0x1, "no letter is folded that is none"},
	{{"a{b"}, "a[b", 0, "nor a bracket, which is 32 away from a brace"},
	{{"\xc3\xa4", "\xa4"}, "x\xc3\xa4", 0x3, "bytes"},
};

static void test_finds(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct needles *needles = needles_new();
		uint64_t bits[1] = {0};
		bool any = false;

		for (size_t n = 0; n < ARRAY_LEN(rows[i].literals) && rows[i].literals[n]; n++) {
			assert_true(needles_add(needles, rows[i].literals[n], n));
		}
		needles_ready(needles);
		any = needles_scan(needles, rows[i].text, strlen(rows[i].text), bits);
		if (bits[0] != rows[i].found || any != (rows[i].found != 0)) {
			fail_msg("%s: %llx", rows[i].why, (unsigned long long)bits[0]);
		}
		needles_free(needles);
	}
}

/* Numbers beyond the first word, and more literals than the table first has room for. */
static void test_many(void **state)
{
	struct needles *needles = needles_new();
	uint64_t bits[NEEDLE_WORDS(300)] = {0};

	(void)state;
	for (size_t i = 0; i < 300; i++) {
		AUTO_FREE char *literal = mem_fmt("<%zu>", i);

		assert_true(needles_add(needles, literal, i));
	}
	assert_false(needles_add(needles, "", 0));
	needles_ready(needles);
	assert_true(needles_scan(needles, "a <299> b <64> c <30", 20, bits));
	assert_int_equal(bits[4], UINT64_C(1) << (299 % 64));
	assert_int_equal(bits[1], 1);
	assert_int_equal(bits[0], 0);
	needles_free(needles);
	needles_free(NULL);
}

/* A pattern, and its literals with a blank between. "" means that it has to be tried always. */
static const struct {
	const char *pattern, *literals;
} literal_rows[] = {
	{"connection refused", "connection refused"},
	{"Connection Refused", "connection refused"},
	{"[Cc]onnection", "connection"},
	{"[Cx]onnection", "onnection"},
	{"abc|defg", "abc defg"},
	{"abc|d", ""},
	{"abc|", ""},
	{"abcx?def", "abc"},
	{"abcx?defg", "defg"},
	{"abcx+defg", "abcx"},
	{"abcx*", "abc"},
	{"abcx{2,3}y", "abcx"},
	{"abcx{0,3}y", "abc"},
	{"abc{d", "abc{d"},
	{"ab.cdef", "cdef"},
	{"\\bab\\.cd\\b", "ab.cd"},
	{"\\d+ clients", " clients"},
	{"(?:one|three) of", "one three"},
	{"(?:one|three)? of them", " of them"},
	{"(?:a|b) too many", " too many"},
	{"(?<code>ECONNRESET|EPIPE)", "econnreset epipe"},
	{"(?i)Deadlock", "deadlock"},
	{"(?!nothing)some", "some"},
	{"(?<!nothing)some", "some"},
	{"abc(?=defghi)", "abc"},
	{"^\\[abc\\]$", "[abc]"},
	{"[abc]def", "def"},
	{"[]abc]def", "def"},
	{"[^]abc]def", "def"},
	{"[[:alpha:]]def", ""},
	{"\\Qa|b\\E", ""},
	{"(?x)a b c d", ""},
	{"(?|abc|def)", ""},
	{"(*UTF)abc", ""},
	{"a\xc3\xa4?bcd", "bcd"},
	{"ab", ""},
	{"", ""},
	{"(abc", ""},
	{"abc)", ""},
	{"abc\\", ""},
};

static void test_literals(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(literal_rows); i++) {
		CLEANUP(strv_release) struct strv found = {0};
		CLEANUP(buf_release) struct buf text = BUF_INIT(1000);

		regex_literals(literal_rows[i].pattern, &found);
		VEC_EACH (char *, literal, &found) {
			buf_str_add(&text, text.len > 0 ? " " : "");
			buf_str_add(&text, *literal);
		}
		if (!str_eq(buf_str(&text), literal_rows[i].literals)) {
			fail_msg("%s: \"%s\"", literal_rows[i].pattern, buf_str(&text));
		}
	}
}

/* Deep nesting ends. */
static void test_deep(void **state)
{
	CLEANUP(buf_release) struct buf pattern = BUF_INIT(200000);
	CLEANUP(strv_release) struct strv found = {0};

	(void)state;
	while (!pattern.cut) {
		buf_str_add(&pattern, "(");
	}
	regex_literals(buf_str(&pattern), &found);
	assert_int_equal(found.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_finds),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_literals),
		cmocka_unit_test(test_deep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
