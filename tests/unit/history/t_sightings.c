/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "history/sightings.h"

/* Enough bytes that several threads have a part in them. */
#define RUNS  4000
#define TESTS 50

/* Some tests of each run, which failed. */
static void write_run(size_t run, struct buf *out)
{
	struct seen before = {0};

	for (int64_t test = 1; test <= TESTS; test++) {
		struct seen seen = {
			.test_id = test * 100,
			.failure_id = (int64_t)run * TESTS + test,
			.signature_id = 1000000 + test,
			.what = {.first = OUTCOME_FAILED, .duration_us = (int64_t)run * 1000},
		};

		if ((run + (size_t)test) % 3 > 0) {
			seen_write(out, &seen, &before);
			before = seen;
		}
	}
}

static void add_runs(struct sightings *all)
{
	for (size_t run = 0; run < RUNS; run++) {
		CLEANUP(buf_release) struct buf bytes = BUF_INIT(BUF_OWN_MAX);

		write_run(run, &bytes);
		sightings_add(all, run, buf_str(&bytes), bytes.len);
	}
}

/* Of all parts together. */
static size_t count_of(const struct sightings *all, int64_t id)
{
	size_t count = 0;

	for (size_t i = 0; i < all->len; i++) {
		VEC_EACH (const struct sighted_test, test, &all->parts[i].tests) {
			count += test->id == id ? test->count : 0;
		}
	}
	return count;
}

/* Of one test; returns where that of the next one begins. */
static size_t give_place(struct sightings *all, int64_t id, size_t place)
{
	for (size_t i = 0; i < all->len; i++) {
		VEC_EACH (struct sighted_test, test, &all->parts[i].tests) {
			if (test->id == id) {
				test->next = place;
				place += test->count;
			}
		}
	}
	return place;
}

/* Test by test, the parts one behind the other; returns how many there are. */
static size_t give_places(struct sightings *all)
{
	size_t place = 0;

	for (int64_t id = 1; id <= TESTS; id++) {
		place = give_place(all, id * 100, place);
	}
	return place;
}

static void check_places(const struct observation *seen)
{
	for (size_t test = 1; test <= TESTS; test++) {
		for (size_t run = 0; run < RUNS; run++) {
			if ((run + test) % 3 == 0) {
				continue;
			}
			assert_int_equal(seen->run, run);
			assert_int_equal(seen->test, run * TESTS + test);
			assert_int_equal(seen->signature, 1000000 + test);
			assert_true(seen->has_signature);
			assert_int_equal(seen->first, OUTCOME_FAILED);
			assert_int_equal(seen->duration_us, (int64_t)run * 1000);
			seen++;
		}
	}
}

static void all_in_their_places(void **state)
{
	(void)state;
	for (size_t workers = 1; workers <= 3; workers++) {
		CLEANUP(sightings_release) struct sightings all = SIGHTINGS_INIT;
		AUTO_FREE struct observation *seen = NULL;
		size_t count = 0;

		share_allow(workers);
		add_runs(&all);
		assert_true(sightings_count(&all) == SIGHTINGS_SOUND);
		assert_int_equal(all.len, workers);
		assert_int_equal(count_of(&all, 100), RUNS - RUNS / 3);
		count = give_places(&all);
		seen = mem_array(count, sizeof(*seen));
		sightings_place(&all, seen);
		check_places(seen);
	}
	share_allow(1);
}

/* Whichever thread meets it, the first run that is damaged is told. */
static void damage_is_told(void **state)
{
	static const size_t damaged[][2] = {{0, 1}, {10, RUNS - 1}, {RUNS / 2, RUNS / 2 + 1}};

	(void)state;
	share_allow(3);
	for (size_t i = 0; i < ARRAY_LEN(damaged); i++) {
		CLEANUP(sightings_release) struct sightings all = SIGHTINGS_INIT;

		for (size_t run = 0; run < RUNS; run++) {
			CLEANUP(buf_release) struct buf bytes = BUF_INIT(BUF_OWN_MAX);
			bool bad = run == damaged[i][0] || run == damaged[i][1];

			write_run(run, &bytes);
			sightings_add(&all, run, buf_str(&bytes), bytes.len - bad);
		}
		assert_int_equal(sightings_count(&all), damaged[i][0]);
	}
	share_allow(1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_in_their_places),
		cmocka_unit_test(damage_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
