/* SPDX-License-Identifier: Apache-2.0 */
#include "sample.h"

#include "history/roster.h"
#include "history/seen.h"

static const struct seen samples[] = {
	{1, 7, 3, {.first = OUTCOME_FAILED, .passed_retry = true, .duration_us = 1500000}},
	{2, 0, 0, {.first = OUTCOME_ERROR, .duration_us = -1}},
	{900, 5, 0, {.first = OUTCOME_FAILED, .failed_again = true, .service_down = true}},
	{901,
	 INT64_MAX,
	 1,
	 {.first = OUTCOME_PASSED, .failed_then_passed = true, .duration_us = 1}},
	{INT64_MAX, 1, INT64_MAX, {.first = OUTCOME_FAILED, .duration_us = INT64_MAX - 1}},
};

static void write_samples(struct buf *out)
{
	struct seen before = {0};

	for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
		seen_write(out, &samples[i], &before);
		before = samples[i];
	}
}

static void what_is_written_is_read(void **state)
{
	CLEANUP(buf_release) struct buf bytes = BUF_INIT(BUF_OWN_MAX);
	struct pack_cursor cursor;
	struct seen seen = {0};

	(void)state;
	write_samples(&bytes);
	cursor = pack_open(&bytes);
	for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
		const struct observation *want = &samples[i].what;

		assert_true(seen_read(&cursor, &seen));
		assert_int_equal(seen.test_id, samples[i].test_id);
		assert_int_equal(seen.failure_id, samples[i].failure_id);
		assert_int_equal(seen.signature_id, samples[i].signature_id);
		assert_int_equal(seen.what.first, want->first);
		assert_int_equal(seen.what.passed_retry, want->passed_retry);
		assert_int_equal(seen.what.failed_again, want->failed_again);
		assert_int_equal(seen.what.service_down, want->service_down);
		assert_int_equal(seen.what.failed_then_passed, want->failed_then_passed);
		assert_int_equal(seen.what.duration_us, want->duration_us);
	}
	assert_ptr_equal(cursor.at, cursor.end);
}

/* Wherever it is cut inside of an entry, that is noticed. */
static void a_cut_is_damage(void **state)
{
	CLEANUP(buf_release) struct buf bytes = BUF_INIT(BUF_OWN_MAX);
	size_t whole = 0;

	(void)state;
	write_samples(&bytes);
	for (size_t len = 1; len < bytes.len; len++) {
		struct pack_cursor cursor = pack_open(&bytes);
		struct seen seen = {0};
		bool good = true;

		cursor.end = cursor.at + len;
		while (good && cursor.at < cursor.end) {
			good = seen_read(&cursor, &seen);
		}
		whole += good;
	}
	assert_int_equal(whole, ARRAY_LEN(samples) - 1);
}

static void rosters_are_sets(void **state)
{
	static const struct roster_test tests[] = {
		{5, true}, {2, false}, {5, false}, {2, false}, {9, true}};
	static const struct roster_test others[] = {{1, false}, {4, true}, {12, false}};
	static const struct roster_test want[] = {{1, false}, {2, false}, {4, true},
						  {5, false}, {9, true},  {12, false}};
	CLEANUP(roster_release) struct roster roster = {0};
	CLEANUP(roster_release) struct roster more = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(tests); i++) {
		*VEC_PUSH(&roster) = tests[i];
	}
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		*VEC_PUSH(&more) = others[i];
	}
	roster_sort(&roster);
	roster_merge(&roster, &more);
	assert_int_equal(roster.len, ARRAY_LEN(want));
	for (size_t i = 0; i < ARRAY_LEN(want); i++) {
		assert_int_equal(roster.items[i].id, want[i].id);
		assert_int_equal(roster.items[i].skipped, want[i].skipped);
	}
}

static void equal_rosters_share_a_row(void **state)
{
	const struct place *place = *state;
	CLEANUP(roster_release) struct roster roster = {0};
	CLEANUP(roster_release) struct roster back = {0};
	struct history *history = sample_open(place->path, HISTORY_WRITE);
	struct err err = ERR_INIT;
	int64_t ids[3] = {0};

	for (int64_t id = 1; id <= 1000; id++) {
		*VEC_PUSH(&roster) = (struct roster_test){.id = id * 3, .skipped = id % 7 == 0};
	}
	assert_ok(roster_store(&history->db, &roster, &ids[0], &err));
	assert_ok(roster_store(&history->db, &roster, &ids[1], &err));
	assert_int_equal(ids[0], ids[1]);
	assert_ok(roster_load(&history->db, ids[0], &back, &err));
	assert_int_equal(back.len, 1000);
	for (size_t i = 0; i < back.len; i++) {
		assert_int_equal(back.items[i].id, roster.items[i].id);
		assert_int_equal(back.items[i].skipped, roster.items[i].skipped);
	}
	roster.items[500].skipped = !roster.items[500].skipped;
	assert_ok(roster_store(&history->db, &roster, &ids[2], &err));
	assert_int_not_equal(ids[0], ids[2]);
	history_close(history);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(a_cut_is_damage),
		cmocka_unit_test(rosters_are_sets),
		PLACED(equal_rosters_share_a_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
