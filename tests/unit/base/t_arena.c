/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/arena.h"
#include "base/mem.h"

#include <stdio.h>
#include <string.h>

static void test_strings_stay_where_they_are(void **state)
{
	enum { COUNT = 20000 };
	CLEANUP(arena_release) struct arena arena = {0};
	static char *kept[COUNT];
	char text[32];

	(void)state;
	for (int i = 0; i < COUNT; i++) {
		snprintf(text, sizeof(text), "string %d", i);
		kept[i] = arena_str(&arena, text, strlen(text));
	}
	for (int i = 0; i < COUNT; i++) {
		snprintf(text, sizeof(text), "string %d", i);
		assert_string_equal(kept[i], text);
	}
}

static void test_a_string_may_be_empty_or_larger_than_any_block(void **state)
{
	CLEANUP(arena_release) struct arena arena = {0};
	static char large[1 << 20];
	const char *kept = NULL;

	(void)state;
	memset(large, 'x', sizeof(large));
	assert_string_equal(arena_str(&arena, NULL, 0), "");
	kept = arena_str(&arena, large, sizeof(large));
	assert_memory_equal(kept, large, sizeof(large));
	assert_int_equal(kept[sizeof(large)], '\0');
	assert_string_equal(arena_str(&arena, "after it", 5), "after");
	arena_release(&arena);
	assert_string_equal(arena_str(&arena, "a", 1), "a");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_strings_stay_where_they_are),
		cmocka_unit_test(test_a_string_may_be_empty_or_larger_than_any_block),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
