/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/strv.h"

static void test_is_an_argv_at_every_length(void **state)
{
	CLEANUP(strv_release) struct strv list = {0};

	(void)state;
	assert_non_null(strv_argv(&list));
	assert_null(strv_argv(&list)[0]);
	for (size_t i = 0; i < 40; i++) {
		strv_fmt(&list, "%zu", i);
		assert_int_equal(list.len, i + 1);
		assert_null(list.items[i + 1]);
		assert_ptr_equal(strv_argv(&list), list.items);
	}
	assert_string_equal(list.items[0], "0");
	assert_string_equal(list.items[39], "39");
}

static void test_copies_or_takes_over(void **state)
{
	CLEANUP(strv_release) struct strv list = {0};
	char text[] = "copied";
	char *given = mem_str("given");

	(void)state;
	strv_add(&list, text);
	text[0] = 'C';
	strv_give(&list, given);
	assert_string_equal(list.items[0], "copied");
	assert_ptr_equal(list.items[1], given);
}

static void test_adds_another_list(void **state)
{
	CLEANUP(strv_release) struct strv list = {0}, other = {0};

	(void)state;
	strv_add_all(&list, &other);
	assert_int_equal(list.len, 0);
	strv_add(&other, "b");
	strv_add(&other, "c");
	strv_add(&list, "a");
	strv_add_all(&list, &other);
	assert_int_equal(list.len, 3);
	assert_string_equal(list.items[2], "c");
	assert_ptr_not_equal(list.items[2], other.items[1]);
}

static void test_has_and_sort(void **state)
{
	CLEANUP(strv_release) struct strv list = {0};

	(void)state;
	strv_sort(&list);
	assert_false(strv_has(&list, ""));
	strv_add(&list, "b");
	strv_add(&list, "\xC3\xA4");
	strv_add(&list, "B");
	strv_add(&list, "a");
	strv_sort(&list);
	assert_string_equal(list.items[0], "B");
	assert_string_equal(list.items[1], "a");
	assert_string_equal(list.items[2], "b");
	assert_string_equal(list.items[3], "\xC3\xA4");
	assert_null(list.items[4]);
	assert_true(strv_has(&list, "B"));
	assert_false(strv_has(&list, "bb"));
	assert_false(strv_has(&list, ""));
}

static void test_release_leaves_a_usable_list(void **state)
{
	struct strv list = {0};

	(void)state;
	strv_add(&list, "x");
	strv_release(&list);
	assert_int_equal(list.len, 0);
	assert_null(list.items);
	strv_release(&list);
	strv_add(&list, "y");
	assert_string_equal(list.items[0], "y");
	strv_release(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_is_an_argv_at_every_length),
		cmocka_unit_test(test_copies_or_takes_over),
		cmocka_unit_test(test_adds_another_list),
		cmocka_unit_test(test_has_and_sort),
		cmocka_unit_test(test_release_leaves_a_usable_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
