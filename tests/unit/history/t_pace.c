/* SPDX-License-Identifier: Apache-2.0 */
#include "sample.h"

#include "history/pace.h"

#define TESTS 100

/* The i-th test usually takes 1000 * (i + 1) us; every seventh is skipped, and each run has a hiccup. */
static int64_t duration_of(size_t test, size_t run)
{
	return (int64_t)(1000 * (test + 1) * (test % 16 == run % 16 ? 64 : 1));
}

static void record_nth(const char *path, size_t run_at, size_t tests)
{
	char key[32];
	struct run run;

	snprintf(key, sizeof(key), "k%zu", run_at);
	run = sample_run(key, "j", 1 + (int64_t)run_at);
	sample_attempt(&run, 1);
	sample_file(&run, key);
	for (size_t i = 0; i < tests; i++) {
		char name[32];
		struct result *result;

		snprintf(name, sizeof(name), "t%03zu", i);
		result = sample_result(&run, name, i % 7 == 3 ? OUTCOME_SKIPPED : OUTCOME_PASSED);
		result->duration_us = duration_of(i, run_at);
	}
	sample_record(path, &run);
}

/* Within a step of the scale. */
static void assert_durations(struct history *history, size_t run_at, size_t tests)
{
	struct run run = {0};
	struct err err = ERR_INIT;
	const struct result_list *results;

	assert_ok(history_load_run(history, (int64_t)run_at + 1, &run, &err));
	results = &run.attempts.items[0].files.items[0].results;
	assert_int_equal(results->len, tests);
	for (size_t i = 0; i < tests; i++) {
		int64_t want = duration_of(i, run_at);

		if (i % 7 == 3) {
			assert_int_equal(results->items[i].outcome, OUTCOME_SKIPPED);
			continue;
		}
		assert_int_equal(results->items[i].outcome, OUTCOME_PASSED);
		assert_in_range(results->items[i].duration_us, want * 95 / 100, want * 105 / 100);
	}
	run_release(&run);
}

/* The first is told by itself; after 16 runs their medians count, whatever the hiccups were. */
static void a_pace_is_learned(void **state)
{
	const struct place *place = *state;
	struct history *history;
	struct pace pace = {0};
	struct err err = ERR_INIT;

	for (size_t i = 0; i < 20; i++) {
		record_nth(place->path, i, TESTS);
	}
	history = sample_open(place->path, HISTORY_READ);
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM pace"), 2);
	assert_int_equal(sample_ask(history, "SELECT max(attempt_id) FROM block WHERE pace_id = 1"),
			 16);
	for (size_t i = 0; i < 20; i++) {
		assert_durations(history, i, TESTS);
	}
	assert_ok(pace_load(&history->db, 2, &pace, &err));
	for (size_t i = 0; i < TESTS; i++) {
		unsigned char code = pace_code(&pace, (int64_t)i + 1);

		if (i % 7 == 3) {
			assert_int_equal(code, BLOCK_SKIPPED);
		} else {
			assert_in_range(block_duration_us(code), 1000 * (i + 1) * 95 / 100,
					1000 * (i + 1) * 105 / 100);
		}
	}
	pace_release(&pace);
	history_close(history);
}

static void new_tests_join_when_they_are_many(void **state)
{
	const struct place *place = *state;
	struct history *history;

	record_nth(place->path, 0, TESTS);
	record_nth(place->path, 1, TESTS + 10); /* few: told by themselves */
	record_nth(place->path, 2, TESTS * 2);
	record_nth(place->path, 3, TESTS * 2);
	history = sample_open(place->path, HISTORY_READ);
	assert_ask_text(history, "SELECT group_concat(pace_id) FROM block", "1,1,2,2");
	assert_durations(history, 1, TESTS + 10);
	assert_durations(history, 3, TESTS * 2);
	history_close(history);
}

static void short_lists_have_none(void **state)
{
	const struct place *place = *state;
	struct history *history;

	record_nth(place->path, 0, 63);
	history = sample_open(place->path, HISTORY_READ);
	assert_int_equal(sample_ask(history, "SELECT pace_id IS NULL FROM block"), 1);
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM pace"), 0);
	assert_durations(history, 0, 63);
	history_close(history);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(a_pace_is_learned),
		PLACED(new_tests_join_when_they_are_many),
		PLACED(short_lists_have_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
