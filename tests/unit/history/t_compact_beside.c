/* SPDX-License-Identifier: Apache-2.0 */
#include "compact.h"

/* Compacting while others read and write, when it is stopped, and when it is only tried out. */

/* Somebody records while it works, and names a failure that is as old as can be. */
struct visitor {
	const char *path;
	int calls, at;
};

static bool visit(void *payload, size_t done, size_t total)
{
	struct visitor *visitor = payload;

	assert_true(done <= total);
	if (visitor->calls++ == visitor->at) {
		struct run run = old_run(1, "new");

		memcpy(run.key, "visitor", sizeof("visitor"));
		sample_record(visitor->path, &run);
	}
	return true;
}

static void others_may_record_meanwhile(void **state)
{
	const struct place *place = *state;
	int calls = 1;

	for (int at = 0; at < calls; at++) {
		struct visitor visitor = {.path = place->path, .at = at};
		const struct history_watch watch = {.tell = visit, .payload = &visitor};
		const struct keeping keeping = {.now_us = NOW_US,
						.texts_us = 35 * DAY_US,
						.results_us = 55 * DAY_US,
						.runs_us = 75 * DAY_US};
		CLEANUP(compacted_release) struct compacted done = {0};
		AUTO_FREE char *said = NULL;
		struct history *history;
		struct err err = ERR_INIT;

		unlink(place->path);
		for (int days = 100; days > 30; days -= 10) {
			record_old(place->path, days, "old");
		}
		history = sample_open(place->path, HISTORY_CARE);
		assert_ok(history_compact(history, &keeping, &watch, &done, &err));
		calls = visitor.calls;
		assert_sound(history);
		assert_int_equal(
			sample_ask(history, "SELECT count(*) FROM run WHERE key = 'visitor'"), 1);
		said = sample_said(history,
				   sample_ask(history, "SELECT failure_id FROM result JOIN attempt "
						       "ON attempt.id = attempt_id JOIN run ON "
						       "run.id = run_id WHERE key = 'visitor'"));
		assert_string_equal(said, "aa|AssertionError|always the same|a stack|");
		history_close(history);
	}
	print_message("%d moments\n", calls);
	assert_true(calls > 4);
}

/* Between two transactions in which texts are dropped. */
static void a_failure_that_is_named_again_keeps_its_text(void **state)
{
	const struct place *place = *state;
	struct visitor visitor = {.path = place->path, .at = 0};
	const struct history_watch watch = {.tell = visit, .payload = &visitor};
	const struct keeping keeping = {.now_us = NOW_US, .texts_us = 35 * DAY_US};
	CLEANUP(compacted_release) struct compacted done = {0};
	AUTO_FREE char *said = NULL;
	struct history *history;
	struct run run = sample_run("many", "j", NOW_US - 80 * DAY_US);
	struct err err = ERR_INIT;

	sample_attempt(&run, 1);
	sample_file(&run, "m");
	for (int i = 0; i < 6000; i++) {
		AUTO_FREE char *name = mem_fmt("t%d", i);

		sample_failure(sample_result(&run, name, OUTCOME_FAILED), "cc", name);
	}
	sample_record(place->path, &run);
	record_old(place->path, 70, "old");
	history = sample_open(place->path, HISTORY_CARE);
	assert_ok(history_compact(history, &keeping, &watch, &done, &err));
	/* not that of the visitor's other failure, which is new */
	assert_int_equal(done.texts, 6001);
	said = sample_said(history, sample_ask(history, "SELECT failure.id FROM failure JOIN "
							"signature ON signature.id = signature_id "
							"WHERE hash = 'aa'"));
	assert_string_equal(said, "aa|AssertionError|always the same|a stack|");
	assert_sound(history);
	history_close(history);
}

static bool stop(void *payload, size_t done, size_t total)
{
	int *left = payload;

	assert_true(done <= total);
	return --*left > 0;
}

static void it_stops_when_told_and_goes_on(void **state)
{
	const struct place *place = *state;
	bool through = false;
	int most = 1;

	for (; !through; most++) {
		const struct keeping keeping = {
			.now_us = NOW_US, .texts_us = 35 * DAY_US, .runs_us = 65 * DAY_US};
		int left = most;
		const struct history_watch watch = {.tell = stop, .payload = &left};
		CLEANUP(compacted_release) struct compacted done = {0};
		CLEANUP(compacted_release) struct compacted rest = {0};
		struct history *history;
		struct err err = ERR_INIT;

		unlink(place->path);
		record_ten(place->path);
		history = sample_open(place->path, HISTORY_CARE);
		through = history_compact(history, &keeping, &watch, &done, &err) == 0;
		if (!through) {
			assert_int_equal(err.code, ERR_CANCELLED);
		}
		assert_sound(history);
		rest = compact(history, &keeping);
		assert_int_equal(done.runs + rest.runs, 4);
		assert_int_equal(sample_ask(history, "SELECT count(frame_id) FROM failure"), 4);
		assert_sound(history);
		history_close(history);
	}
	assert_true(most > 4);
}

/* Who reads an old state keeps its pages. */
static void a_reader_puts_off_the_shrinking(void **state)
{
	const struct place *place = *state;
	const struct keeping keeping = {.runs_us = 15 * DAY_US};
	CLEANUP(compacted_release) struct compacted done = {0};
	CLEANUP(compacted_release) struct compacted later = {0};
	struct history *history, *reader;
	struct err err = ERR_INIT;

	record_large(place->path, 60, 40);
	record_ten(place->path);
	history = sample_open(place->path, HISTORY_CARE);
	reader = sample_open(place->path, HISTORY_READ);
	assert_ok(db_exec(&reader->db, "BEGIN; SELECT count(*) FROM run", &err));
	done = compact(history, &keeping);
	assert_has(done.unshrunk, "others have it open");
	assert_int_equal(done.runs, 49);
	assert_sound(history);
	assert_ok(db_exec(&reader->db, "COMMIT", &err));
	history_close(reader);
	later = compact(history, &keeping);
	assert_null(later.unshrunk);
	assert_true(later.bytes_after < done.bytes_after / 2);
	assert_sound(history);
	history_close(history);
}

static void a_rehearsal_changes_nothing(void **state)
{
	const struct place *place = *state;
	const struct keeping keeping = {.now_us = NOW_US,
					.texts_us = 25 * DAY_US,
					.results_us = 45 * DAY_US,
					.runs_us = 75 * DAY_US};
	CLEANUP(compacted_release) struct compacted would = {0};
	CLEANUP(compacted_release) struct compacted done = {0};
	AUTO_FREE char *before = NULL;
	AUTO_FREE char *after = NULL;
	struct history *history;
	struct err err = ERR_INIT;
	size_t len = 0, len_after = 0;

	record_large(place->path, 60, 20);
	record_ten(place->path);
	before = bytes_of(place->path, &len);
	/* as for a directory of our own, and one that is read-only */
	assert_int_equal(setenv("TMPDIR", place->dir, 1), 0);
	history = sample_open(place->path, HISTORY_READ);
	assert_ok(history_rehearse_compact(history, &keeping, NULL, &would, &err));
	assert_int_equal(db_exec(&history->db, "DELETE FROM run", &err), -1);
	history_close(history);
	assert_int_equal(unsetenv("TMPDIR"), 0);
	assert_int_equal(entries_in(place->dir), 1);
	after = bytes_of(place->path, &len_after);
	assert_int_equal(len, len_after);
	assert_memory_equal(before, after, len);
	history = sample_open(place->path, HISTORY_CARE);
	done = compact(history, &keeping);
	assert_int_equal(would.texts, done.texts);
	assert_int_equal(would.thinned, done.thinned);
	assert_int_equal(would.results, done.results);
	assert_int_equal(would.runs, done.runs);
	assert_int_equal(would.bytes_before, done.bytes_before);
	assert_in_range(would.bytes_after, done.bytes_after - 5 * 8192,
			done.bytes_after + 5 * 8192);
	assert_true(done.texts > 0 && done.thinned > 0 && done.runs > 0);
	assert_true(done.bytes_after < done.bytes_before);
	history_close(history);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(others_may_record_meanwhile),
		PLACED(a_failure_that_is_named_again_keeps_its_text),
		PLACED(it_stops_when_told_and_goes_on),
		PLACED(a_reader_puts_off_the_shrinking),
		PLACED(a_rehearsal_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
