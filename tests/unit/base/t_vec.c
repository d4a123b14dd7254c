/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/vec.h"

struct point {
	int x, y;
};

struct point_list {
	VEC(struct point)
};

static void test_push_zeroes_and_keeps_what_was_there(void **state)
{
	struct point_list list = {0};

	(void)state;
	for (int i = 0; i < 100; i++) {
		struct point *point = VEC_PUSH(&list);

		assert_int_equal(point->x, 0);
		assert_int_equal(point->y, 0);
		point->x = i;
		point->y = -i;
	}
	assert_int_equal(list.len, 100);
	for (int i = 0; i < 100; i++) {
		assert_int_equal(list.items[i].x, i);
		assert_int_equal(list.items[i].y, -i);
	}
	VEC_FREE(&list);
}

static void test_reserved_room_is_used_and_may_be_exceeded(void **state)
{
	struct point_list list = {0};
	struct point *first = NULL;

	(void)state;
	VEC_RESERVE(&list, 50);
	assert_int_equal(list.len, 0);
	first = VEC_PUSH(&list);
	for (int i = 1; i < 50; i++) {
		VEC_PUSH(&list)->x = i;
		assert_ptr_equal(list.items, first);
	}
	VEC_RESERVE(&list, 20);
	VEC_PUSH(&list)->x = 50;
	assert_int_equal(list.len, 51);
	assert_int_equal(list.items[49].x, 49);
	VEC_FREE(&list);
}

static void test_push_zeroes_a_slot_that_was_used(void **state)
{
	struct point_list list = {0};

	(void)state;
	VEC_PUSH(&list)->x = 7;
	list.len--;
	assert_int_equal(VEC_PUSH(&list)->x, 0);
	VEC_FREE(&list);
}

static void test_each_visits_all_in_order(void **state)
{
	struct point_list list = {0};
	int count = 0;

	(void)state;
	VEC_EACH (struct point, point, &list) {
		count += point->x + 1;
	}
	assert_int_equal(count, 0);
	for (int i = 0; i < 9; i++) {
		VEC_PUSH(&list)->x = i;
	}
	VEC_EACH (const struct point, point, &list) {
		assert_int_equal(point->x, count);
		count++;
	}
	assert_int_equal(count, 9);
	VEC_FREE(&list);
}

static void test_free_empties(void **state)
{
	struct point_list list = {0};

	(void)state;
	VEC_FREE(&list);
	VEC_PUSH(&list)->x = 1;
	VEC_FREE(&list);
	assert_null(list.items);
	assert_int_equal(list.len, 0);
	assert_int_equal(list.cap, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_push_zeroes_and_keeps_what_was_there),
		cmocka_unit_test(test_reserved_room_is_used_and_may_be_exceeded),
		cmocka_unit_test(test_push_zeroes_a_slot_that_was_used),
		cmocka_unit_test(test_each_visits_all_in_order),
		cmocka_unit_test(test_free_empties),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
