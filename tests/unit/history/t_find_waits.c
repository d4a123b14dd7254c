/* SPDX-License-Identifier: Apache-2.0 */
#include "sample.h"

#define DAY (INT64_C(86400) * 1000000)
#define NOW (100 * DAY)

static struct wait_past past_of(struct history *history, const char *job, const char *service,
				int64_t at_us)
{
	struct run run = sample_run("now", job, at_us);
	struct wait *wait = sample_wait(&run, service, false);
	struct err err = ERR_INIT;
	struct wait_past past;

	assert_ok(history_earlier_waits(history, &run, &err));
	past = wait->past;
	run_release(&run);
	return past;
}

static void add(const char *path, const char *job, int64_t at_us, int64_t ready_us)
{
	static int count;
	AUTO_FREE char *key = mem_fmt("k%d", count++);
	struct run run = sample_run(key, job, at_us);
	struct wait *wait = sample_wait(&run, "db:1", ready_us > 0);

	wait->duration_us = ready_us;
	/* before a retry, for it to be gone, by another probe, of another service: not alike */
	sample_wait(&run, "db:1", true)->attempt = 2;
	sample_wait(&run, "db:1", true)->invert = true;
	sample_wait(&run, "db:1", true)->cancelled = true;
	mem_replace(&sample_wait(&run, "db:1", true)->probe, "http");
	sample_wait(&run, "db:2", true);
	sample_record(path, &run);
}

static void only_what_is_alike(void **state)
{
	const struct place *place = *state;
	struct history *history = NULL;
	struct wait_past past;

	add(place->path, "unit", NOW - 61 * DAY, 9);
	add(place->path, "unit", NOW - 30 * DAY, 30);
	add(place->path, "unit", NOW - 3 * DAY, 10);
	add(place->path, "unit", NOW - 2 * DAY, 0);
	add(place->path, "other", NOW - 2 * DAY, 99);
	add(place->path, "unit", NOW - 1 * DAY, 20);
	add(place->path, "unit", NOW, 1000);
	history = sample_open(place->path, HISTORY_READ);
	past = past_of(history, "unit", "db:1", NOW);
	assert_int_equal(past.waits, 4);
	assert_int_equal(past.ready, 3);
	assert_int_equal(past.median_us, 20);
	assert_int_equal(past.longest_us, 30);
	past = past_of(history, "unit", "db:3", NOW);
	assert_int_equal(past.waits, 0);
	past = past_of(history, "unit", "db:1", NOW - 2 * DAY + 1);
	assert_int_equal(past.waits, 4);
	assert_int_equal(past.ready, 3);
	history_close(history);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(only_what_is_alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
