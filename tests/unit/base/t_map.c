/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/map.h"
#include "base/mem.h"

#include <stdio.h>

static void test_an_empty_map_has_nothing(void **state)
{
	CLEANUP(map_release) struct map map = {0};
	size_t value = 7;

	(void)state;
	assert_false(map_get(&map, "", &value));
	assert_false(map_get(&map, "a", NULL));
	assert_int_equal(value, 7);
}

static void test_put_tells_new_from_known(void **state)
{
	CLEANUP(map_release) struct map map = {0};
	size_t value = 0;

	(void)state;
	assert_true(map_put(&map, "a", 1));
	assert_false(map_put(&map, "a", 2));
	assert_true(map_put(&map, "", 3));
	assert_int_equal(map.len, 2);
	assert_true(map_get(&map, "a", &value));
	assert_int_equal(value, 2);
	assert_true(map_get(&map, "", &value));
	assert_int_equal(value, 3);
	assert_true(map_get(&map, "a", NULL));
	assert_false(map_get(&map, "b", &value));
}

static void test_keys_are_copied(void **state)
{
	CLEANUP(map_release) struct map map = {0};
	char key[] = "key";

	(void)state;
	map_put(&map, key, 1);
	key[0] = 'K';
	assert_true(map_get(&map, "key", NULL));
	assert_false(map_get(&map, "Key", NULL));
}

static void test_finds_all_of_many(void **state)
{
	CLEANUP(map_release) struct map map = {0};
	char key[32];

	(void)state;
	for (size_t i = 0; i < 20000; i++) {
		snprintf(key, sizeof(key), "test_%zu", i);
		assert_true(map_put(&map, key, i));
	}
	assert_int_equal(map.len, 20000);
	assert_true(map.cap * 3 >= map.len * 4);
	for (size_t i = 0; i < 20000; i++) {
		size_t value = 0;

		snprintf(key, sizeof(key), "test_%zu", i);
		assert_true(map_get(&map, key, &value));
		assert_int_equal(value, i);
		snprintf(key, sizeof(key), "other_%zu", i);
		assert_false(map_get(&map, key, &value));
	}
}

static void test_release_leaves_a_usable_map(void **state)
{
	struct map map = {0};

	(void)state;
	map_release(&map);
	map_put(&map, "a", 1);
	map_release(&map);
	assert_int_equal(map.len, 0);
	assert_false(map_get(&map, "a", NULL));
	assert_true(map_put(&map, "a", 1));
	map_release(&map);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_empty_map_has_nothing),
		cmocka_unit_test(test_put_tells_new_from_known),
		cmocka_unit_test(test_keys_are_copied),
		cmocka_unit_test(test_finds_all_of_many),
		cmocka_unit_test(test_release_leaves_a_usable_map),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
