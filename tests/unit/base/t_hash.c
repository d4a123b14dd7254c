/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"

#include <string.h>

static void test_known_answers(void **state)
{
	char hex[HASH_HEX_MAX + 1];
	struct hash *hash = hash_new();

	(void)state;
	hash_end(hash, hex, HASH_HEX_MAX);
	assert_string_equal(hex, "99aa06d3014798d86001c324468d497f");
	hash = hash_new();
	hash_add(hash, "a", 1);
	hash_add(hash, "bc", 2);
	hash_end(hash, hex, HASH_HEX_MAX);
	assert_string_equal(hex, "06b05ab6733a618578af5f94892f3950");
}

static void test_an_id_is_the_front_of_the_digest(void **state)
{
	char hex[17] = "zzzzzzzzzzzzzzzz";
	struct hash *hash = hash_new();

	(void)state;
	hash_add(hash, "abc", 3);
	hash_end(hash, hex, 8);
	assert_string_equal(hex, "06b05ab6");
	assert_int_equal(hex[9], 'z');
}

static void test_bytes_at_once_give_the_same_value(void **state)
{
	const struct hash_value value = hash_bytes("abc", 3);
	const struct hash_value read = hash_from_hex("06b05ab6733a618578af5f94892f3950");

	(void)state;
	assert_true(value.high == UINT64_C(0x06b05ab6733a6185));
	assert_true(value.low == UINT64_C(0x78af5f94892f3950));
	assert_memory_equal(&read, &value, sizeof(value));
	assert_true(hash_from_hex("00000000000000000123456789abcdef").low ==
		    UINT64_C(0x0123456789abcdef));
}

static void digest(const char *a, const char *b, char out[17])
{
	struct hash *hash = hash_new();

	hash_field(hash, a);
	hash_field(hash, b);
	hash_end(hash, out, 16);
}

static void test_fields_cannot_run_together(void **state)
{
	char one[17], two[17];

	(void)state;
	digest("ab", "c", one);
	digest("a", "bc", two);
	assert_string_not_equal(one, two);
	digest("abc", NULL, one);
	digest(NULL, "abc", two);
	assert_string_not_equal(one, two);
	digest("abc", "", two);
	assert_string_equal(one, two);
}

static int64_t fixed_wall(void *payload)
{
	return *(int64_t *)payload;
}

/* However long they are, and whether or not they fit into one piece. */
static void test_fields_at_once_give_the_same_value(void **state)
{
	char longest[700];

	(void)state;
	memset(longest, 'x', sizeof(longest));
	for (size_t len = 0; len < sizeof(longest); len++) {
		char text[sizeof(longest)];
		const char *const fields[] = {"class", NULL, text, "2"};
		struct hash *hash = hash_new();
		char one[33], other[33];

		memcpy(text, longest, len);
		text[len] = '\0';
		for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
			hash_field(hash, fields[i]);
		}
		hash_end(hash, one, HASH_HEX_MAX);
		hash_hex(hash_fields(fields, ARRAY_LEN(fields)), other, HASH_HEX_MAX);
		assert_string_equal(one, other);
	}
}

static void test_new_ids_sort_by_time_and_differ(void **state)
{
	int64_t now = INT64_C(1795507200123456);
	struct clock clock = {fixed_wall, fixed_wall, NULL, &now};
	char first[33], second[33], later[33];

	(void)state;
	clock_set(&clock);
	hash_new_id(first);
	hash_new_id(second);
	now += 1000;
	hash_new_id(later);
	clock_set(NULL);
	assert_int_equal(strspn(first, "0123456789abcdef"), 32);
	assert_int_equal(strlen(first), 32);
	assert_memory_equal(first, "01a20c91a07b", 12);
	assert_memory_equal(first, second, 12);
	assert_string_not_equal(first, second);
	assert_true(strcmp(first, later) < 0);
	assert_true(strcmp(second, later) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_answers),
		cmocka_unit_test(test_an_id_is_the_front_of_the_digest),
		cmocka_unit_test(test_bytes_at_once_give_the_same_value),
		cmocka_unit_test(test_fields_cannot_run_together),
		cmocka_unit_test(test_fields_at_once_give_the_same_value),
		cmocka_unit_test(test_new_ids_sort_by_time_and_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
