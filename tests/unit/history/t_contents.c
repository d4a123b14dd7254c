/* SPDX-License-Identifier: Apache-2.0 */
#include "files.h"

#include "history/care.h"
#include "history/space.h"

/* What is in a history, and what takes how much of it. */

static void record_nth(const char *path, size_t nth, const char *job, enum run_outcome outcome)
{
	struct run run = nth_run(nth);

	mem_replace(&run.job, job);
	run.outcome = outcome;
	run.started_us = (int64_t)nth * 10;
	sample_wait(&run, "h:1", true);
	sample_record(path, &run);
}

static void take(const char *path, struct history_contents *out)
{
	struct history *history = sample_open(path, HISTORY_READ);
	struct err err = ERR_INIT;

	assert_ok(history_contents(history, out, &err));
	history_close(history);
}

static int64_t sum_of(const int64_t *space)
{
	int64_t sum = 0;

	for (size_t i = 0; i < SPACE_KINDS; i++) {
		assert_true(space[i] >= 0);
		sum += space[i];
	}
	return sum;
}

static void jobs_are_told_apart(void **state)
{
	const struct place *place = *state;
	CLEANUP(history_contents_release) struct history_contents contents = {0};
	static const struct {
		size_t nth;
		const char *job;
		enum run_outcome outcome;
	} rows[] = {
		{1, "unit", RUN_FAILED},    {2, "unit", RUN_FLAKY},     {3, "lint", RUN_PASSED},
		{4, "unit", RUN_TIMEOUT},   {5, "unit", RUN_CANCELLED}, {6, "unit", RUN_PASSED},
		{7, "unit", RUN_NOT_READY},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		record_nth(place->path, rows[i].nth, rows[i].job, rows[i].outcome);
	}
	take(place->path, &contents);
	assert_int_equal(contents.schema, history_schema_version());
	assert_int_equal(contents.runs, 7);
	assert_int_equal(contents.thinned, 0);
	assert_int_equal(contents.results, 7 * (NTH_TESTS + 1));
	assert_int_equal(contents.tests, 3 * NTH_TESTS + 1);
	assert_int_equal(contents.waits, 7);
	assert_int_equal(contents.failures, 1);
	assert_int_equal(contents.texts, 1);
	assert_int_equal(contents.first_us, 10);
	assert_int_equal(contents.last_us, 70);
	assert_int_equal(contents.jobs.len, 2);
	assert_string_equal(contents.jobs.items[0].job, "lint");
	assert_string_equal(contents.jobs.items[1].job, "unit");
	assert_int_equal(contents.jobs.items[0].failed, 0);
	assert_int_equal(contents.jobs.items[1].runs, 6);
	assert_int_equal(contents.jobs.items[1].results, 6 * (NTH_TESTS + 1));
	assert_int_equal(contents.jobs.items[1].failed, 3);
	assert_int_equal(contents.jobs.items[1].first_us, 10);
	assert_int_equal(contents.jobs.items[1].last_us, 70);
}

static void an_empty_one_has_no_jobs(void **state)
{
	const struct place *place = *state;
	CLEANUP(history_contents_release) struct history_contents contents = {0};

	history_close(sample_open(place->path, HISTORY_WRITE));
	take(place->path, &contents);
	assert_int_equal(contents.runs + contents.results + contents.tests + contents.waits, 0);
	assert_int_equal(contents.first_us + contents.last_us, 0);
	assert_int_equal(contents.jobs.len, 0);
	assert_int_equal(sum_of(contents.space), contents.bytes);
}

/* Thousands of texts, so that each kind takes what it must. */
static void record_texts(const char *path)
{
	struct history *history = sample_open(path, HISTORY_WRITE);
	struct err err = ERR_INIT;

	for (size_t nth = 0; nth < 40; nth++) {
		struct run run = nth_run(nth);

		for (int i = 0; i < 40; i++) {
			AUTO_FREE char *name = mem_fmt("bad%d", i);
			AUTO_FREE char *said = mem_fmt("%d of %zu", i * 7919, nth);

			sample_failure(sample_result(&run, name, OUTCOME_FAILED), "bb", said);
		}
		assert_ok(history_record(history, &run, &err));
		run_release(&run);
	}
	history_close(history);
}

static void every_byte_has_its_kind(void **state)
{
	const struct place *place = *state;
	struct history *history;
	struct err err = ERR_INIT;

	record_texts(place->path);
	history = sample_open(place->path, HISTORY_READ);
	for (int by_pages = 0; by_pages < 2; by_pages++) {
		int64_t space[SPACE_KINDS];
		int64_t bytes = sample_ask(history, "SELECT page_count * page_size "
						    "FROM pragma_page_count, pragma_page_size");
		int64_t texts = sample_ask(history, "SELECT sum(length(texts)) FROM failure_frame");

		if (by_pages && !space_has_pages(&history->db)) {
			continue;
		}
		assert_ok(space_measure(&history->db, by_pages, space, &err));
		assert_int_equal(sum_of(space), bytes);
		assert_in_range(space[SPACE_TEXTS], texts, texts + 40 * 8192);
		/* 1,640 rows */
		assert_in_range(space[SPACE_FAILURES], 1640 * 20, 1640 * 80 + 5 * 8192);
		assert_true(space[SPACE_ROLLUPS] > 0);
		assert_true(space[SPACE_TESTS] > 0);
		assert_true(space[SPACE_RUNS] > 0);
		assert_true((space[SPACE_INDEXES] > 0) == by_pages);
	}
	history_close(history);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(jobs_are_told_apart),
		PLACED(an_empty_one_has_no_jobs),
		PLACED(every_byte_has_its_kind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
