/* SPDX-License-Identifier: Apache-2.0 */
#include "sample.h"

static struct run nth_run(int number, const char *digest)
{
	char key[32];
	struct run run;

	snprintf(key, sizeof(key), "ci-%d", number);
	run = sample_run(key, "unit", 5000);
	run.imported = true;
	run.source.commit = mem_str("c1");
	sample_attempt(&run, 1);
	sample_file(&run, digest);
	sample_failure(sample_result(&run, "a", OUTCOME_FAILED), "5161718191a1b1c1", key);
	sample_result(&run, "b", OUTCOME_PASSED);
	return run;
}

static int import_nth(struct history *history, int number, struct err *err)
{
	struct run run = nth_run(number, "d1");
	struct import_effect effect;
	int done = history_import(history, &run, &effect, err);

	import_effect_release(&effect);
	run_release(&run);
	return done;
}

static int64_t count_runs(const char *path)
{
	struct history *other = sample_open(path, HISTORY_READ);
	int64_t count = sample_ask(other, "SELECT count(*) FROM run");

	history_close(other);
	return count;
}

static void several_imports_are_one_transaction(void **state)
{
	const struct place *place = *state;
	struct history *history = sample_open(place->path, HISTORY_WRITE);
	struct err err = ERR_INIT;

	assert_ok(import_nth(history, 0, &err));
	assert_ok(history_begin(history, &err));
	for (int i = 1; i < 4; i++) {
		assert_ok(import_nth(history, i, &err));
	}
	assert_int_equal(count_runs(place->path), 1);
	assert_ok(history_commit(history, &err));
	assert_int_equal(count_runs(place->path), 4);
	history_close(history);
}

static void a_refused_one_takes_back_itself_alone(void **state)
{
	const struct place *place = *state;
	struct history *history = sample_open(place->path, HISTORY_WRITE);
	struct run other = nth_run(1, "d2");
	struct import_effect effect;
	struct err err = ERR_INIT;

	assert_ok(history_begin(history, &err));
	assert_ok(import_nth(history, 1, &err));
	mem_replace(&other.source.commit, "c2");
	assert_int_equal(history_import(history, &other, &effect, &err), -1);
	assert_int_equal(err.code, ERR_INPUT);
	assert_ok(import_nth(history, 2, &err));
	assert_ok(history_commit(history, &err));
	assert_ask_text(history, "SELECT group_concat(key) FROM run", "ci-1,ci-2");
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM results_file"), 2);
	assert_ask_text(history, "PRAGMA integrity_check", "ok");
	run_release(&other);
	history_close(history);
}

static void what_was_not_committed_is_taken_back(void **state)
{
	const struct place *place = *state;

	for (int close = 0; close < 2; close++) {
		struct history *history = sample_open(place->path, HISTORY_WRITE);
		struct err err = ERR_INIT;

		assert_ok(history_begin(history, &err));
		assert_ok(import_nth(history, 1, &err));
		if (!close) {
			history_take_back(history);
			history_take_back(history);
			assert_ok(import_nth(history, 2, &err));
		}
		history_close(history);
		assert_int_equal(count_runs(place->path), 1);
	}
}

static size_t known_files(struct history *history, int number, int attempt,
			  struct results_file_list *out)
{
	struct run run = nth_run(number, "d1");
	struct err err = ERR_INIT;

	run.attempts.items[0].number = attempt;
	assert_ok(history_known_files(history, &run, out, &err));
	run_release(&run);
	return out->len;
}

static void the_files_of_an_attempt_are_known(void **state)
{
	const struct place *place = *state;
	struct history *history = sample_open(place->path, HISTORY_WRITE);
	struct run run = nth_run(1, "d3");
	CLEANUP(results_file_list_release) struct results_file_list known = {0};
	struct import_effect effect;
	struct err err = ERR_INIT;

	assert_int_equal(known_files(history, 1, 1, &known), 0);
	sample_file(&run, "d1")->tests = 7;
	sample_file(&run, "d3");
	assert_ok(history_import(history, &run, &effect, &err));
	assert_false(effect.known[0]);
	assert_false(effect.known[1]);
	assert_true(effect.known[2]);
	import_effect_release(&effect);
	assert_int_equal(known_files(history, 1, 2, &known), 0);
	assert_int_equal(known_files(history, 2, 1, &known), 0);
	assert_int_equal(known_files(history, 1, 1, &known), 2);
	assert_int_equal(results_file_list_find(&known, "d1")->tests, 7);
	assert_non_null(results_file_list_find(&known, "d3"));
	assert_null(results_file_list_find(&known, "d2"));
	/* They stand for themselves, without results. */
	run_release(&run);
	run = nth_run(1, "d1");
	results_file_list_release(&run.attempts.items[0].files);
	sample_file(&run, "d1");
	run.started_us = run.attempts.items[0].started_us = 4000;
	assert_ok(history_import(history, &run, &effect, &err));
	assert_true(effect.known[0]);
	import_effect_release(&effect);
	assert_ask_text(history,
			"SELECT run.started_us || outcome || results FROM run JOIN rollup "
			"ON rollup.run_id = run.id",
			"4000failed2");
	run_release(&run);
	history_close(history);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(several_imports_are_one_transaction),
		PLACED(a_refused_one_takes_back_itself_alone),
		PLACED(what_was_not_committed_is_taken_back),
		PLACED(the_files_of_an_attempt_are_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
