/* SPDX-License-Identifier: Apache-2.0 */
#include "compact.h"

/* Runs whose results were dropped: what others make of them, and what can still become of them. */

static char *asked(struct history *history, bool flakes)
{
	struct run like = old_run(1, "new");
	CLEANUP(strv_release) struct strv ids = {0};
	struct buf out = BUF_INIT(BUF_OWN_MAX);
	struct err err = ERR_INIT;

	if (flakes) {
		assert_ok(history_known_flakes(history, &like, 0, &ids, &err));
	} else {
		assert_ok(history_expected_tests(history, &like, &ids, &err));
	}
	VEC_EACH (char *, id, &ids) {
		buf_fmt(&out, "%s ", *id);
	}
	run_release(&like);
	return buf_take(&out);
}

static void what_a_run_asks_is_answered_as_before(void **state)
{
	const struct place *place = *state;
	const struct keeping keeping = {.results_us = 5 * DAY_US};
	CLEANUP(compacted_release) struct compacted done = {0};
	AUTO_FREE char *expected = NULL;
	AUTO_FREE char *expected_now = NULL;
	AUTO_FREE char *flakes = NULL;
	AUTO_FREE char *flakes_now = NULL;
	struct history *history;
	char id[TEST_ID_LEN + 1];

	record_ten(place->path);
	history = sample_open(place->path, HISTORY_CARE);
	expected = asked(history, false);
	flakes = asked(history, true);
	done = compact(history, &keeping);
	assert_int_equal(done.thinned, 10);
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM suite"), 0);
	expected_now = asked(history, false);
	flakes_now = asked(history, true);
	assert_string_equal(expected, expected_now);
	assert_string_equal(flakes, flakes_now);
	/* the one that passed, and not the one that was put down to a service */
	sample_id("f", id);
	assert_int_equal(strncmp(flakes, id, TEST_ID_LEN), 0);
	assert_int_equal(strlen(flakes), TEST_ID_LEN + 1);
	assert_int_equal(strlen(expected), 41 * (TEST_ID_LEN + 1));
	history_close(history);
}

static void a_thinned_run_can_be_read(void **state)
{
	const struct place *place = *state;
	const struct keeping keeping = {.results_us = 15 * DAY_US};
	CLEANUP(compacted_release) struct compacted done = {0};
	CLEANUP(run_release) struct run run = {0};
	CLEANUP(run_release) struct run young = {0};
	struct history *history;
	struct err err = ERR_INIT;
	size_t counts[2] = {0};

	record_ten(place->path);
	history = sample_open(place->path, HISTORY_CARE);
	done = compact(history, &keeping);
	assert_ok(history_load_run(history, 1, &run, &err));
	assert_true(run.thinned);
	assert_int_equal(run.attempts.len, 2);
	assert_int_equal(run.failed.len, 0);
	assert_int_equal(run.waits.len, 1);
	/* others count what it had all the same */
	assert_ok(history_load_run(history, 10, &young, &err));
	assert_false(young.thinned);
	assert_int_equal(young.failed.len, 2);
	assert_ok(history_count_alike(history, 10, &young, counts, &err));
	assert_int_equal(counts[0] + counts[1], 9);
	history_close(history);
}

static struct run imported_run(const char *digest)
{
	struct run run = sample_run("i", "j", NOW_US - 50 * DAY_US);

	run.imported = true;
	sample_attempt(&run, 1);
	sample_file(&run, digest);
	sample_result(&run, digest, OUTCOME_PASSED);
	sample_failure(sample_result(&run, "f", OUTCOME_FAILED), "aa", "no");
	return run;
}

static int import(struct history *history, const char *digest, struct err *err)
{
	struct import_effect effect = {0};
	struct run run = imported_run(digest);
	int done = history_import(history, &run, &effect, err);

	if (done == 0) {
		done = (int)effect.files_known;
	}
	import_effect_release(&effect);
	run_release(&run);
	return done;
}

static void nothing_is_imported_into_a_thinned_run(void **state)
{
	const struct place *place = *state;
	const struct keeping keeping = {.results_us = 5 * DAY_US};
	CLEANUP(compacted_release) struct compacted done = {0};
	AUTO_FREE char *before = NULL;
	AUTO_FREE char *after = NULL;
	struct history *history = sample_open(place->path, HISTORY_WRITE);
	struct err err = ERR_INIT;

	assert_int_equal(import(history, "a", &err), 0);
	done = compact(history, &keeping);
	assert_int_equal(done.thinned, 1);
	before = evidence_of(history);
	assert_int_equal(import(history, "a", &err), 1);
	assert_int_equal(import(history, "b", &err), -1);
	assert_int_equal(err.code, ERR_INPUT);
	assert_has(err.msg, "run i of job j: its results were dropped for space");
	after = evidence_of(history);
	assert_string_equal(before, after);
	assert_sound(history);
	history_close(history);
}

/* Two machines had the same run, and one of them has dropped its results. */
static void a_thinned_run_meets_itself(void **state)
{
	const struct place *place = *state;
	const struct keeping keeping = {.results_us = 5 * DAY_US};
	AUTO_FREE char *other_path = mem_fmt("%s.other", place->path);

	for (int imported = 0; imported < 2; imported++) {
		struct history *sides[2];
		struct compacted done;
		struct err err = ERR_INIT;

		unlink(place->path);
		unlink(other_path);
		sides[0] = sample_open(place->path, HISTORY_WRITE);
		sides[1] = sample_open(other_path, HISTORY_WRITE);
		for (size_t i = 0; i < 2; i++) {
			struct run run = old_run(20, "new");

			if (imported) {
				assert_int_equal(import(sides[i], "a", &err), 0);
			} else {
				assert_ok(history_record(sides[i], &run, &err));
			}
			run_release(&run);
		}
		done = compact(sides[0], &keeping);
		compacted_release(&done);
		for (size_t i = 0; i < 2; i++) {
			CLEANUP(merge_effect_release) struct merge_effect effect = {0};
			AUTO_FREE char *before = evidence_of(sides[i]);
			AUTO_FREE char *after = NULL;

			assert_ok(history_merge(sides[i], sides[!i], NULL, &effect, &err));
			after = evidence_of(sides[i]);
			assert_string_equal(before, after);
			assert_int_equal(effect.known, 1);
			assert_int_equal(effect.added, 0);
			assert_int_equal(sample_ask(sides[i], "SELECT count(*) FROM run"), 1);
			assert_sound(sides[i]);
		}
		history_close(sides[0]);
		history_close(sides[1]);
	}
}

/* What is left of it goes to another history as it is. */
static void a_thinned_run_can_be_merged(void **state)
{
	const struct place *place = *state;
	const struct keeping keeping = {.results_us = 35 * DAY_US, .texts_us = 35 * DAY_US};
	AUTO_FREE char *other_path = mem_fmt("%s.other", place->path);
	CLEANUP(compacted_release) struct compacted done = {0};
	CLEANUP(merge_effect_release) struct merge_effect effect = {0};
	AUTO_FREE char *here = NULL;
	AUTO_FREE char *there = NULL;
	struct history *history, *other;
	struct err err = ERR_INIT;

	record_ten(place->path);
	record_old(other_path, 3, "else");
	other = sample_open(other_path, HISTORY_WRITE);
	assert_ok(db_exec(&other->db, "DELETE FROM run", &err));
	history = sample_open(place->path, HISTORY_CARE);
	done = compact(history, &keeping);
	assert_ok(history_merge(other, history, NULL, &effect, &err));
	assert_int_equal(effect.added, 10);
	here = evidence_of(history);
	there = evidence_of(other);
	assert_string_equal(here, there);
	assert_sound(other);
	history_close(history);
	history_close(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(what_a_run_asks_is_answered_as_before),
		PLACED(a_thinned_run_can_be_read),
		PLACED(nothing_is_imported_into_a_thinned_run),
		PLACED(a_thinned_run_meets_itself),
		PLACED(a_thinned_run_can_be_merged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
