/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "history/block.h"
#include "history/pack.h"

#include <string.h>

static void content_comes_back(void **state)
{
	CLEANUP(buf_release) struct buf packed = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf content = BUF_INIT(BUF_OWN_MAX);
	static char zeros[100000];

	(void)state;
	pack_add(&packed, zeros, sizeof(zeros));
	assert_in_range(packed.len, 1, 100);
	assert_true(pack_read(&content, packed.data, packed.len));
	assert_int_equal(content.len, sizeof(zeros));
	assert_memory_equal(content.data, zeros, sizeof(zeros));
	buf_clear(&packed);
	buf_clear(&content);
	pack_add(&packed, "", 0);
	assert_true(pack_read(&content, packed.data, packed.len));
	assert_int_equal(content.len, 0);
}

static void damaged_content_is_refused(void **state)
{
	/* One frame whose head promises 2^32 bytes of content, and no more than that head. */
	static const char huge[] = "\x28\xb5\x2f\xfd\xe0\0\0\0\0\1\0\0\0\1\0\0";
	CLEANUP(buf_release) struct buf packed = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf content = BUF_INIT(BUF_OWN_MAX);

	(void)state;
	pack_add(&packed, "abcdefghijklmnop", 16);
	for (size_t len = 0; len < packed.len; len++) {
		assert_false(pack_read(&content, packed.data, len));
	}
	assert_false(pack_read(&content, huge, sizeof(huge) - 1));
	/* The head lies about the size, up and down. */
	packed.data[5] = 17;
	assert_false(pack_read(&content, packed.data, packed.len));
	packed.data[5] = 15;
	assert_false(pack_read(&content, packed.data, packed.len));
	assert_false(pack_read(&content, "no frame at all", 15));
	assert_int_equal(content.len, 0);
}

static void numbers_come_back(void **state)
{
	static const int64_t values[] = {0,   -1,  1,     63,        -64,       64,
					 127, 128, 16384, INT64_MAX, INT64_MIN, INT64_MIN + 1};
	CLEANUP(buf_release) struct buf bytes = BUF_INIT(BUF_OWN_MAX);
	struct pack_cursor cursor;
	uint64_t number;
	int64_t value;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		pack_signed(&bytes, values[i]);
		pack_number(&bytes, (uint64_t)values[i]);
	}
	cursor = pack_open(&bytes);
	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		assert_true(pack_next_signed(&cursor, &value));
		assert_true(value == values[i]);
		assert_true(pack_next_number(&cursor, &number));
		assert_true(number == (uint64_t)values[i]);
	}
	assert_false(pack_next_number(&cursor, &number));
}

static void bad_numbers_and_texts_are_refused(void **state)
{
	static const char *const rows[] = {"\x80", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02",
					   "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(buf_release) struct buf bytes = BUF_INIT(BUF_OWN_MAX);
		struct pack_cursor cursor;
		uint64_t number;

		buf_str_add(&bytes, rows[i]);
		cursor = pack_open(&bytes);
		assert_false(pack_next_number(&cursor, &number));
		cursor = pack_open(&bytes);
		assert_null(pack_next_text(&cursor));
	}
}

static unsigned char code_of(int64_t duration_us)
{
	const struct result result = {.duration_us = duration_us};

	return block_code(&result);
}

static void durations_are_kept_within_a_twentieth(void **state)
{
	int64_t last = 0;

	(void)state;
	for (int64_t us = 1; us < INT64_C(2700000000); us += 1 + us / 1000) {
		int64_t kept = block_duration_us(code_of(us));

		if (kept < last || (double)kept < (double)us * 0.957 - 0.5 ||
		    (double)kept > (double)us * 1.0443 + 0.5) {
			fail_msg("%lld is kept as %lld", (long long)us, (long long)kept);
		}
		assert_int_equal(block_outcome(code_of(us)), OUTCOME_PASSED);
		/* Once rounded, it stays. */
		assert_true(block_duration_us(code_of(kept)) == kept);
		last = kept;
	}
	assert_int_equal(block_duration_us(code_of(0)), 0);
	assert_int_equal(code_of(-1), BLOCK_UNTIMED);
	assert_int_equal(block_duration_us(BLOCK_UNTIMED), -1);
	assert_int_equal(code_of(INT64_C(3000000000)), BLOCK_ROW);
	assert_int_equal(code_of(INT64_MAX), BLOCK_ROW);
}

static void only_plain_results_fit_into_a_byte(void **state)
{
	static struct failure failure;
	static const struct {
		struct result result;
		unsigned char code;
	} rows[] = {
		{{.outcome = OUTCOME_PASSED, .duration_us = 1}, 1},
		{{.outcome = OUTCOME_SKIPPED, .duration_us = 1}, BLOCK_SKIPPED},
		{{.outcome = OUTCOME_FAILED}, BLOCK_ROW},
		{{.outcome = OUTCOME_ERROR}, BLOCK_ROW},
		{{.outcome = OUTCOME_PASSED, .failed_tries = 1}, BLOCK_ROW},
		{{.outcome = OUTCOME_SKIPPED, .failure = &failure}, BLOCK_ROW},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(block_code(&rows[i].result), rows[i].code);
	}
	assert_int_equal(block_outcome(BLOCK_SKIPPED), OUTCOME_SKIPPED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(content_comes_back),
		cmocka_unit_test(damaged_content_is_refused),
		cmocka_unit_test(numbers_come_back),
		cmocka_unit_test(bad_numbers_and_texts_are_refused),
		cmocka_unit_test(durations_are_kept_within_a_twentieth),
		cmocka_unit_test(only_plain_results_fit_into_a_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
