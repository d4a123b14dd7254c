/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/mem.h"
#include "base/str.h"

#include <errno.h>

static void test_equality_knows_null(void **state)
{
	(void)state;
	assert_true(str_eq("a", "a"));
	assert_true(str_eq(NULL, NULL));
	assert_false(str_eq(NULL, ""));
	assert_false(str_eq("", NULL));
	assert_false(str_eq("a", "b"));
	assert_true(str_empty(NULL));
	assert_true(str_empty(""));
	assert_false(str_empty(" "));
	assert_string_equal(str_or(NULL, "x"), "x");
	assert_string_equal(str_or("", "x"), "x");
	assert_string_equal(str_or("a", "x"), "a");
}

static void test_starts_and_ends(void **state)
{
	(void)state;
	assert_true(str_starts("abc", "ab"));
	assert_true(str_starts("abc", ""));
	assert_false(str_starts("ab", "abc"));
	assert_true(str_ends("abc", "bc"));
	assert_true(str_ends("abc", ""));
	assert_true(str_ends("abc", "abc"));
	assert_false(str_ends("bc", "abc"));
	assert_false(str_ends("abc", "ab"));
}

static void test_int64(void **state)
{
	static const struct {
		const char *text;
		int64_t min, max;
		bool ok;
		int64_t value;
		const char *why;
	} rows[] = {
		{"0", 0, 9, true, 0, ""},
		{"-5", -5, 5, true, -5, "the least"},
		{"007", 0, 9, true, 7, "leading zeros"},
		{"9223372036854775807", 0, INT64_MAX, true, INT64_MAX, "the greatest there is"},
		{"-9223372036854775808", INT64_MIN, 0, true, INT64_MIN, "the least there is"},
		{"9223372036854775808", 0, INT64_MAX, false, 0, "one more"},
		{"10", 0, 9, false, 0, "over max"},
		{"-1", 0, 9, false, 0, "under min"},
		{"", 0, 9, false, 0, "empty"},
		{"-", -9, 9, false, 0, "a sign alone"},
		{"--1", -9, 9, false, 0, "two signs"},
		{"+1", 0, 9, false, 0, "plus"},
		{" 1", 0, 9, false, 0, "space in front"},
		{"- 1", -9, 9, false, 0, "space inside"},
		{"1 ", 0, 9, false, 0, "space behind"},
		{"1\n", 0, 9, false, 0, "newline behind"},
		{"1x", 0, 9, false, 0, "letters behind"},
		{"0x1", 0, 9, false, 0, "hexadecimal"},
		{"1.0", 0, 9, false, 0, "decimal point"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int64_t value = 42;
		bool ok = false;

		errno = ERANGE;
		ok = str_to_int64(rows[i].text, rows[i].min, rows[i].max, &value);

		if (ok != rows[i].ok || value != (ok ? rows[i].value : 42)) {
			fail_msg("\"%s\" (%s): %d, %lld", rows[i].text, rows[i].why, ok,
				 (long long)value);
		}
	}
}

static void test_distance(void **state)
{
	static const struct {
		const char *a, *b;
		unsigned distance;
	} rows[] = {
		{"", "", 0},
		{"", "abc", 3},
		{"abc", "", 3},
		{"retries", "retries", 0},
		{"retrys", "retries", 2},
		{"retires", "retries", 2},
		{"kitten", "sitting", 3},
		{"a", "b", 1},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(str_distance(rows[i].a, rows[i].b), rows[i].distance);
		assert_int_equal(str_distance(rows[i].b, rows[i].a), rows[i].distance);
	}
}

static void test_similar(void **state)
{
	(void)state;
	assert_true(str_similar("retrys", "retries"));
	assert_true(str_similar("job", "jop"));
	assert_false(str_similar("job", "top"));
	assert_false(str_similar("history", "retries"));
	assert_false(str_similar("", "a"));
}

static void test_guesses_the_nearest(void **state)
{
	const char *names[] = {"flags", "retries", "retry", "retrys1"};
	struct str_guess guess = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		str_guess_try(&guess, "retrys", names[i]);
		assert_int_equal(guess.meant != NULL, i > 0);
	}
	assert_string_equal(guess.meant, "retry");
	assert_int_equal(guess.distance, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_equality_knows_null),
		cmocka_unit_test(test_starts_and_ends),
		cmocka_unit_test(test_int64),
		cmocka_unit_test(test_distance),
		cmocka_unit_test(test_similar),
		cmocka_unit_test(test_guesses_the_nearest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
