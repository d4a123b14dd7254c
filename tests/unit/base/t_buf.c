/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/buf.h"

#include <string.h>

static void test_adds_in_every_way(void **state)
{
	CLEANUP(buf_release) struct buf buf = BUF_INIT(100);

	(void)state;
	assert_string_equal(buf_str(&buf), "");
	buf_str_add(&buf, "one ");
	buf_add(&buf, "two!", 3);
	buf_char(&buf, ' ');
	buf_fmt(&buf, "%d %s", 3, "four");
	assert_string_equal(buf_str(&buf), "one two 3 four");
	assert_int_equal(buf.len, strlen("one two 3 four"));
	assert_false(buf.cut);
}

static void test_keeps_nul_bytes(void **state)
{
	CLEANUP(buf_release) struct buf buf = BUF_INIT(10);

	(void)state;
	buf_add(&buf, "a\0b", 3);
	assert_int_equal(buf.len, 3);
	assert_memory_equal(buf.data, "a\0b", 4);
}

static void test_never_grows_over_its_maximum(void **state)
{
	CLEANUP(buf_release) struct buf buf = BUF_INIT(5);

	(void)state;
	buf_str_add(&buf, "12345");
	assert_false(buf.cut);
	buf_str_add(&buf, "6");
	assert_true(buf.cut);
	buf_fmt(&buf, "%s", "789");
	buf_char(&buf, 'x');
	assert_string_equal(buf_str(&buf), "12345");
	assert_int_equal(buf.len, 5);
	assert_true(buf.cap < 1000);
}

static void test_keeps_what_fits_of_one_addition(void **state)
{
	CLEANUP(buf_release) struct buf buf = BUF_INIT(5);

	(void)state;
	buf_str_add(&buf, "123");
	buf_str_add(&buf, "45678");
	assert_string_equal(buf_str(&buf), "12345");
	assert_true(buf.cut);
}

static void test_a_maximum_of_nothing(void **state)
{
	CLEANUP(buf_release) struct buf buf = BUF_INIT(0);

	(void)state;
	buf_add(&buf, NULL, 0);
	assert_false(buf.cut);
	buf_char(&buf, 'x');
	assert_true(buf.cut);
	assert_string_equal(buf_str(&buf), "");
}

static void test_grows_past_its_first_piece_of_memory(void **state)
{
	CLEANUP(buf_release) struct buf buf = BUF_INIT(BUF_OWN_MAX);

	(void)state;
	for (int i = 0; i < 10000; i++) {
		buf_fmt(&buf, "%04d", i);
	}
	assert_int_equal(buf.len, 40000);
	assert_memory_equal(buf.data + 39996, "9999", 5);
}

static void test_take_hands_the_text_over(void **state)
{
	CLEANUP(buf_release) struct buf buf = BUF_INIT(20);
	AUTO_FREE char *first = NULL, *second = NULL;

	(void)state;
	buf_str_add(&buf, "mine");
	first = buf_take(&buf);
	assert_string_equal(first, "mine");
	assert_int_equal(buf.len, 0);
	assert_null(buf.data);
	second = buf_take(&buf);
	assert_string_equal(second, "");
	buf_str_add(&buf, "still usable");
	assert_string_equal(buf_str(&buf), "still usable");
}

static void test_clear_keeps_the_memory_and_forgets_the_cut(void **state)
{
	CLEANUP(buf_release) struct buf buf = BUF_INIT(3);
	const char *memory = NULL;

	(void)state;
	buf_clear(&buf);
	buf_str_add(&buf, "12345");
	memory = buf.data;
	buf_clear(&buf);
	assert_ptr_equal(buf.data, memory);
	assert_int_equal(buf.len, 0);
	assert_string_equal(buf_str(&buf), "");
	assert_false(buf.cut);
	assert_int_equal(buf.max, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_adds_in_every_way),
		cmocka_unit_test(test_keeps_nul_bytes),
		cmocka_unit_test(test_never_grows_over_its_maximum),
		cmocka_unit_test(test_keeps_what_fits_of_one_addition),
		cmocka_unit_test(test_a_maximum_of_nothing),
		cmocka_unit_test(test_grows_past_its_first_piece_of_memory),
		cmocka_unit_test(test_take_hands_the_text_over),
		cmocka_unit_test(test_clear_keeps_the_memory_and_forgets_the_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
