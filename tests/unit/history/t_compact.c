/* SPDX-License-Identifier: Apache-2.0 */
#include "compact.h"

/*
 * What is older than it is to be kept goes; what is left is sound, and whatever is asked of it is answered
 * as before.
 */

static void results_go_and_reports_stay(void **state)
{
	const struct place *place = *state;
	const struct keeping keeping = {.results_us = 35 * DAY_US};
	AUTO_FREE char *before = NULL;
	AUTO_FREE char *after = NULL;
	CLEANUP(compacted_release) struct compacted done = {0};
	struct history *history;

	record_ten(place->path);
	history = sample_open(place->path, HISTORY_CARE);
	before = evidence_of(history);
	done = compact(history, &keeping);
	after = evidence_of(history);
	assert_string_equal(before, after);
	assert_int_equal(done.thinned, 7);
	assert_int_equal(done.results, 7 * 44);
	assert_int_equal(done.runs, 0);
	assert_int_equal(done.texts, 0);
	assert_true(done.fits);
	assert_null(done.unshrunk);
	assert_sound(history);
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM run WHERE thinned = 1"), 7);
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM block"), 3 * 2);
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM result"), 3 * 2);
	/* what files were read, what the retries said, and waits */
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM results_file"), 20);
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM retry"), 20);
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM wait"), 10);
	/* a text that only a rollup names is still there */
	assert_int_equal(sample_ask(history, "SELECT count(frame_id) FROM failure"), 11);
	/* again: nothing is left to do */
	compacted_release(&done);
	done = compact(history, &keeping);
	assert_int_equal(done.thinned + done.results + done.texts + done.tests, 0);
	history_close(history);
}

static void texts_go_that_no_younger_run_names(void **state)
{
	const struct place *place = *state;
	/* with results, and where only rollups name them */
	static const int64_t results[] = {0, 25 * DAY_US};

	for (size_t i = 0; i < ARRAY_LEN(results); i++) {
		const struct keeping keeping = {.texts_us = 35 * DAY_US, .results_us = results[i]};
		CLEANUP(compacted_release) struct compacted done = {0};
		AUTO_FREE char *before = NULL;
		AUTO_FREE char *after = NULL;
		AUTO_FREE char *said = NULL;
		AUTO_FREE char *unsaid = NULL;
		struct history *history;

		unlink(place->path);
		record_ten(place->path);
		history = sample_open(place->path, HISTORY_CARE);
		before = evidence_of(history);
		done = compact(history, &keeping);
		after = evidence_of(history);
		assert_string_equal(before, after);
		assert_int_equal(done.texts, 7);
		assert_sound(history);
		said = sample_said(history,
				   sample_ask(history, "SELECT failure.id FROM failure JOIN "
						       "signature ON signature.id = signature_id "
						       "WHERE hash = 'aa'"));
		assert_string_equal(said, "aa|AssertionError|always the same|a stack|");
		unsaid = sample_said(history,
				     sample_ask(history, "SELECT failure.id FROM failure JOIN "
							 "signature ON signature.id = signature_id "
							 "WHERE hash = 'r90'"));
		assert_string_equal(unsaid, "r90|NULL|NULL|NULL|");
		/* none of the frames holds what nobody names */
		assert_int_equal(sample_ask(history, "SELECT count(*) FROM failure_frame"), 4);
		history_close(history);
	}
}

/* Said again, it is on record again. */
static void a_text_comes_back_with_its_failure(void **state)
{
	const struct place *place = *state;
	const struct keeping keeping = {.texts_us = 5 * DAY_US};
	CLEANUP(compacted_release) struct compacted done = {0};
	AUTO_FREE char *said = NULL;
	struct history *history;
	struct run run = old_run(1, "new");
	struct err err = ERR_INIT;
	int64_t id;

	record_old(place->path, 10, "new");
	history = sample_open(place->path, HISTORY_CARE);
	done = compact(history, &keeping);
	assert_int_equal(done.texts, 2);
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM failure_frame"), 0);
	id = sample_ask(history, "SELECT id FROM failure ORDER BY id LIMIT 1");
	assert_ok(history_record(history, &run, &err));
	said = sample_said(history, id);
	assert_string_equal(said, "aa|AssertionError|always the same|a stack|");
	assert_sound(history);
	history_close(history);
	run_release(&run);
}

static void runs_go_with_all_that_only_they_named(void **state)
{
	const struct place *place = *state;
	const struct keeping keeping = {.runs_us = 55 * DAY_US};
	CLEANUP(compacted_release) struct compacted done = {0};
	struct history *history;

	record_ten(place->path);
	history = sample_open(place->path, HISTORY_CARE);
	done = compact(history, &keeping);
	assert_int_equal(done.runs, 5);
	assert_int_equal(done.thinned + done.texts, 0);
	assert_sound(history);
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM run"), 5);
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM attempt"), 10);
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM suite"), 2);
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM roster"), 1);
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM failure"), 6);
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM signature"), 6);
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM wait"), 5);
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM test_name"), 2);
	history_close(history);
}

/* Many names that only one run had; those that came with them in one page stay. */
static void tests_go_by_the_page(void **state)
{
	const struct place *place = *state;
	const struct keeping keeping = {.runs_us = 55 * DAY_US};
	CLEANUP(compacted_release) struct compacted done = {0};
	struct history *history;
	struct run run = sample_run("wide", "j", NOW_US - 80 * DAY_US);
	struct err err = ERR_INIT;

	record_old(place->path, 20, "new");
	record_old(place->path, 10, "newer");
	sample_attempt(&run, 1);
	sample_file(&run, "w");
	for (int i = 0; i < 1200; i++) {
		AUTO_FREE char *name = mem_fmt("one of many %d", i);

		sample_result(&run, name, OUTCOME_PASSED);
	}
	sample_record(place->path, &run);
	history = sample_open(place->path, HISTORY_CARE);
	assert_int_equal(sample_ask(history, "SELECT sum(len) FROM test_page"), 42 + 40 + 1200);
	done = compact(history, &keeping);
	assert_int_equal(done.runs, 1);
	/* 1 to 256 has tests of other runs; 1281 and 1282 keep the place of the next one */
	assert_int_equal(done.tests, 4 * 256);
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM test_page"), 2);
	assert_sound(history);
	/* they come back as new ones, with numbers of their own */
	run = sample_run("wide again", "j", NOW_US);
	sample_attempt(&run, 1);
	sample_file(&run, "w");
	sample_result(&run, "one of many 700", OUTCOME_PASSED);
	assert_ok(history_record(history, &run, &err));
	assert_int_equal(sample_ask(history, "SELECT sum(len) FROM test_page"),
			 42 + 40 + 1200 - 4 * 256 + 1);
	assert_int_equal(sample_ask(history, "SELECT max(first_id + len) FROM test_page"), 1284);
	assert_sound(history);
	history_close(history);
	run_release(&run);
}

static int64_t used_bytes(struct history *history)
{
	return sample_ask(history, "SELECT (page_count - freelist_count) * page_size FROM "
				   "pragma_page_count, pragma_freelist_count, pragma_page_size");
}

static void the_oldest_goes_until_it_fits(void **state)
{
	const struct place *place = *state;
	int64_t full = 0, last_texts = 0, last_runs = 0;

	record_large(place->path, 60, 20);
	record_large(place->path, 40, 20);
	record_large(place->path, 20, 20);
	record_large(place->path, 3, 5);
	for (int part = 10; part > 0; part--) {
		AUTO_FREE char *copy = mem_fmt("%s.%d", place->path, part);
		CLEANUP(compacted_release) struct compacted done = {0};
		struct keeping keeping = {0};
		struct history *history;
		struct err err = ERR_INIT;

		assert_ok(file_copy(place->path, copy, &err));
		history = sample_open(copy, HISTORY_CARE);
		full = full ? full : used_bytes(history);
		keeping.max_bytes = full * part / 10;
		done = compact(history, &keeping);
		print_message("%d tenths: %lld texts, %lld thinned, %lld runs, %lld bytes of "
			      "%lld\n",
			      part, (long long)done.texts, (long long)done.thinned,
			      (long long)done.runs, (long long)done.bytes_after,
			      (long long)keeping.max_bytes);
		assert_sound(history);
		assert_int_equal(used_bytes(history) <= keeping.max_bytes, done.fits);
		/* first texts, then results, then runs, and no more than is needed */
		assert_true(done.texts >= last_texts);
		assert_true(done.runs >= last_runs);
		assert_true(done.thinned == 0 || done.texts == 60 * 30);
		assert_true(done.runs == 0 || done.thinned == 60);
		assert_true(part < 10 || done.texts + done.thinned + done.runs == 0);
		/* whatever it is to be: what is younger than a week is whole */
		assert_int_equal(sample_ask(history,
					    "SELECT count(frame_id) FROM result JOIN failure "
					    "ON failure.id = failure_id WHERE attempt_id > 60"),
				 5 * 30);
		last_texts = done.texts;
		last_runs = done.runs;
		history_close(history);
	}
	assert_true(last_texts > 0);
	assert_int_equal(last_runs, 60);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(results_go_and_reports_stay),
		PLACED(texts_go_that_no_younger_run_names),
		PLACED(a_text_comes_back_with_its_failure),
		PLACED(runs_go_with_all_that_only_they_named),
		PLACED(tests_go_by_the_page),
		PLACED(the_oldest_goes_until_it_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
