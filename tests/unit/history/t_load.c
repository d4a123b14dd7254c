/* SPDX-License-Identifier: Apache-2.0 */
#include "sample.h"

#include "history/rollup.h"

/* The observation of that test, the only one of it. */
static const struct observation *observed(const struct evidence *evidence, const char *name)
{
	/* never returned; the compiler does not know that a failed assertion does not come back */
	static const struct observation none;
	const struct observation *found = &none;

	VEC_EACH (const struct observation, observation, &evidence->observations) {
		if (str_eq(evidence->tests.items[observation->test].name.name, name)) {
			assert_ptr_equal(found, &none);
			found = observation;
		}
	}
	assert_ptr_not_equal(found, &none);
	return found;
}

static void add(struct run *run, const char *name, enum outcome outcome, const char *signature)
{
	struct result *result = sample_result(run, name, outcome);

	if (signature) {
		sample_failure(result, signature, "not\n  equal\t");
	}
}

static void observations_of_a_run(void **state)
{
	static const struct {
		const char *name;
		enum outcome first;
		bool passed_retry, failed_then_passed;
		const char *signature;
		const char *comment;
	} rows[] = {
		{"flake", OUTCOME_FAILED, true, false, "aaaa", "verified retry"},
		{"fails", OUTCOME_FAILED, false, false, "bbbb", "failed again"},
		{"unseen", OUTCOME_ERROR, false, false, "aaaa", "the retry is no proof"},
		{"tries", OUTCOME_PASSED, false, true, "cccc", "failed tries inside the file"},
		{"twice", OUTCOME_FAILED, false, false, "dddd", "the worst of one attempt"},
		{"unprinted", OUTCOME_FAILED, false, false, NULL, "without a fingerprint"},
	};
	const struct history_window window = SAMPLE_EVER;
	const struct place *place = *state;
	CLEANUP(evidence_release) struct evidence evidence = {0};
	struct run run = sample_run("k", "j", 1000);

	run.outcome = RUN_FAILED;
	sample_attempt(&run, 1);
	sample_file(&run, "a");
	add(&run, "clean", OUTCOME_PASSED, NULL);
	add(&run, "skipped", OUTCOME_SKIPPED, NULL);
	add(&run, "flake", OUTCOME_FAILED, "aaaa");
	add(&run, "fails", OUTCOME_FAILED, "bbbb");
	add(&run, "unseen", OUTCOME_ERROR, "aaaa");
	add(&run, "tries", OUTCOME_PASSED, "cccc");
	run.attempts.items[0].files.items[0].results.items[5].failed_tries = 1;
	add(&run, "twice", OUTCOME_PASSED, NULL);
	add(&run, "twice", OUTCOME_FAILED, "dddd");
	add(&run, "unprinted", OUTCOME_FAILED, "");
	sample_attempt(&run, 2);
	sample_file(&run, "b");
	add(&run, "flake", OUTCOME_PASSED, NULL);
	add(&run, "fails", OUTCOME_ERROR, "eeee");
	add(&run, "unseen", OUTCOME_PASSED, NULL);
	add(&run, "twice", OUTCOME_PASSED, NULL);
	add(&run, "late", OUTCOME_PASSED, NULL);
	sample_verdict(&run, "flake", RETRY_PASSED);
	sample_verdict(&run, "fails", RETRY_FAILED_AGAIN);
	sample_verdict(&run, "unseen", RETRY_NOT_SEEN);
	sample_record(place->path, &run);

	sample_load(place->path, &window, &evidence);
	assert_int_equal(evidence.observations.len, ARRAY_LEN(rows));
	assert_int_equal(evidence.tests.len, ARRAY_LEN(rows));
	assert_int_equal(evidence.tests_seen, 9);
	assert_int_equal(evidence.results, 14);
	assert_int_equal(evidence.signatures.len, 5);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct observation *seen = observed(&evidence, rows[i].name);

		print_message("%s\n", rows[i].comment);
		assert_int_equal(seen->run, 0);
		assert_int_equal(seen->first, rows[i].first);
		assert_int_equal(seen->passed_retry, rows[i].passed_retry);
		assert_int_equal(seen->failed_then_passed, rows[i].failed_then_passed);
		assert_int_equal(seen->failed_again, str_eq(rows[i].name, "fails"));
		assert_int_equal(seen->duration_us, 5);
		assert_int_equal(seen->has_signature, rows[i].signature != NULL);
		if (rows[i].signature) {
			assert_string_equal(evidence.signatures.items[seen->signature].id,
					    rows[i].signature);
			assert_string_equal(evidence.signatures.items[seen->signature].example,
					    "AssertionError: not equal");
		}
	}
}

/* What the letters say about that attempt, for a test named by them; 'b' is both. */
static void add_letter(struct run *run, const char *letters, size_t at)
{
	char letter = strlen(letters) > at ? letters[at] : '.';

	if (letter == 'p' || letter == 'b') {
		sample_result(run, letters, OUTCOME_PASSED);
	}
	if (letter == 'f' || letter == 'b') {
		sample_result(run, letters, OUTCOME_FAILED);
	}
	if (letter == 's') {
		sample_result(run, letters, OUTCOME_SKIPPED);
	}
}

static void imported_retries_are_read_off_the_attempts(void **state)
{
	static const struct {
		const char *attempts; /* a letter an attempt; two results in one: "(fp)" */
		enum outcome first;
		bool passed_retry;
		const char *comment;
	} rows[] = {
		{"f", OUTCOME_FAILED, false, "no other attempt"},
		{"fp", OUTCOME_FAILED, true, "passed later"},
		{"fs", OUTCOME_FAILED, false, "skipping proves nothing"},
		{"fps", OUTCOME_FAILED, true, "and takes nothing away"},
		{"ffp", OUTCOME_FAILED, true, "the third time"},
		{"fpf", OUTCOME_FAILED, false, "failed after the pass"},
		{"fb", OUTCOME_FAILED, false, "a contradicted pass"},
		{".fp", OUTCOME_FAILED, true, "first seen in attempt 2"},
		{"bp", OUTCOME_FAILED, true, "the worst of the first attempt"},
	};
	const struct history_window window = SAMPLE_EVER;
	const struct place *place = *state;
	struct history *history = sample_open(place->path, HISTORY_WRITE);
	CLEANUP(evidence_release) struct evidence evidence = {0};
	struct err err = ERR_INIT;

	for (int number = 1; number <= 3; number++) {
		struct run run = sample_run("k", "j", 1000);
		struct import_effect effect;

		run.imported = true;
		sample_attempt(&run, number);
		sample_file(&run, number == 1 ? "a" : number == 2 ? "b" : "c");
		for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
			add_letter(&run, rows[i].attempts, (size_t)number - 1);
		}
		assert_ok(history_import(history, &run, &effect, &err));
		import_effect_release(&effect);
		run_release(&run);
	}
	history_close(history);
	sample_load(place->path, &window, &evidence);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct observation *seen = observed(&evidence, rows[i].attempts);

		print_message("%s: %s\n", rows[i].attempts, rows[i].comment);
		assert_int_equal(seen->first, rows[i].first);
		assert_int_equal(seen->passed_retry, rows[i].passed_retry);
	}
}

static void the_facts_of_a_run(void **state)
{
	const struct history_window window = SAMPLE_EVER;
	const struct place *place = *state;
	CLEANUP(evidence_release) struct evidence evidence = {0};
	struct run run = sample_run("k", "j", 1000);
	const struct run_facts *facts;

	mem_replace(&run.variant, "os=linux");
	strv_add(&run.command, "pytest");
	strv_add(&run.command, "-k a b");
	run.source.commit = mem_str("c1");
	run.source.tree = mem_str("t1");
	run.source.branch = mem_str("main");
	run.source.pull_request = mem_str("17");
	run.outcome = RUN_TEARDOWN_HANG;
	sample_attempt(&run, 1)->duration_us = 1000;
	sample_attempt(&run, 2)->duration_us = 30;
	sample_attempt(&run, 3)->duration_us = 4;
	sample_wait(&run, "db:1", true);
	sample_wait(&run, "web:2", false)->duration_us = -1;
	sample_record(place->path, &run);
	sample_load(place->path, &window, &evidence);
	assert_int_equal(evidence.runs.len, 1);
	facts = &evidence.runs.items[0];
	assert_string_equal(facts->key, "k");
	assert_string_equal(facts->job, "j");
	assert_string_equal(facts->variant, "os=linux");
	assert_string_equal(facts->command, "pytest '-k a b'");
	assert_string_equal(facts->commit, "c1");
	assert_string_equal(facts->branch, "main");
	assert_string_equal(facts->pull_request, "17");
	assert_string_equal(facts->source, "t1");
	assert_false(facts->dirty);
	assert_int_equal(facts->outcome, RUN_TEARDOWN_HANG);
	assert_int_equal(facts->started_us, 1000);
	assert_int_equal(facts->duration_us, 100);
	assert_int_equal(facts->retry_us, 34);
	assert_int_equal(evidence.newest_run_us, 1000);
	assert_int_equal(evidence.waits.len, 2);
	assert_int_equal(evidence.waits.items[0].run, 0);
	assert_string_equal(evidence.waits.items[0].wait.target, "tcp://db:1");
	assert_string_equal(evidence.waits.items[0].wait.service, "db:1");
	assert_string_equal(evidence.waits.items[0].wait.probe, "tcp");
	assert_string_equal(evidence.waits.items[0].wait.stage, "connect");
	assert_null(evidence.waits.items[0].wait.error);
	assert_true(evidence.waits.items[0].wait.ready);
	assert_int_equal(evidence.waits.items[0].wait.attempts, 3);
	assert_int_equal(evidence.waits.items[0].wait.started_us, 1000);
	assert_int_equal(evidence.waits.items[0].wait.duration_us, 40);
	assert_int_equal(evidence.waits.items[0].wait.limit_us, 60);
	assert_int_equal(evidence.waits.items[1].wait.duration_us, -1);
	assert_string_equal(evidence.waits.items[1].wait.error, "refused");
	assert_false(evidence.waits.items[1].wait.ready);
}

static void the_source_is_the_content(void **state)
{
	static const struct {
		const char *tree, *commit;
		bool dirty;
		const char *source;
		const char *comment;
	} rows[] = {
		{"t1", "c1", false, "t1", "the tree"},
		{"t1", NULL, false, "t1", "also without a commit"},
		{NULL, "c1", false, "commit:c1", "else the commit"},
		{NULL, NULL, false, NULL, "unknown"},
		{"t1", "c1", true, NULL, "changes on top"},
		{NULL, "c1", true, NULL, "changes on a commit"},
	};
	const struct history_window window = SAMPLE_EVER;
	const struct place *place = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(evidence_release) struct evidence evidence = {0};
		struct run run = sample_run("k", "j", 1);

		print_message("%s\n", rows[i].comment);
		run.source.tree = mem_str(rows[i].tree);
		run.source.commit = mem_str(rows[i].commit);
		run.source.dirty = rows[i].dirty;
		sample_record(place->path, &run);
		sample_load(place->path, &window, &evidence);
		assert_true(str_eq(evidence.runs.items[0].source, rows[i].source));
		assert_int_equal(evidence.runs.items[0].dirty, rows[i].dirty);
		unlink(place->path);
	}
}

/* Runs at 10, 20, 20, 30, recorded out of order, each with tests "a" and "b". */
static void record_four(const char *path)
{
	static const struct {
		const char *key, *job;
		int64_t started_us;
	} rows[] = {
		{"k30", "one", 30}, {"k20", "two", 20}, {"k20b", "one", 20}, {"k10", "one", 10}};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct run run = sample_run(rows[i].key, rows[i].job, rows[i].started_us);

		sample_wait(&run, rows[i].key, true);
		sample_attempt(&run, 1);
		sample_file(&run, "f");
		sample_result(&run, i % 2 ? "a" : "b", OUTCOME_FAILED);
		sample_result(&run, i % 2 ? "b" : "a", OUTCOME_FAILED);
		sample_record(path, &run);
	}
}

static void windows_choose_runs(void **state)
{
	const struct {
		struct history_window window;
		const char *keys;
		size_t observations, results;
		const char *comment;
	} rows[] = {
		{{.until_us = 100}, "k10 k20 k20b k30", 8, 8, "all; a tie by arrival"},
		{{.since_us = 10, .until_us = 30}, "k10 k20 k20b", 6, 6, "the end is not in"},
		{{.since_us = 11, .until_us = 31, .job = "one"}, "k20b k30", 4, 4, "one job"},
		{{.until_us = 100, .job = "none"}, "", 0, 0, "no such job"},
		{{.until_us = 100, .job = "two"}, "k20", 2, 2, "another one"},
		{{.since_us = 31, .until_us = 100}, "", 0, 0, "nothing so late"},
		{{.since_us = 30, .until_us = 30}, "", 0, 0, "an empty window"},
	};
	const struct place *place = *state;

	record_four(place->path);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(evidence_release) struct evidence evidence = {0};
		CLEANUP(buf_release) struct buf keys = BUF_INIT(BUF_OWN_MAX);

		print_message("%s\n", rows[i].comment);
		sample_load(place->path, &rows[i].window, &evidence);
		VEC_EACH (const struct run_facts, run, &evidence.runs) {
			buf_fmt(&keys, "%s%s", keys.len ? " " : "", run->key);
		}
		assert_string_equal(buf_str(&keys), rows[i].keys);
		assert_int_equal(evidence.observations.len, rows[i].observations);
		assert_int_equal(evidence.results, rows[i].results);
		assert_int_equal(evidence.newest_run_us, 30);
		assert_int_equal(evidence.waits.len, evidence.runs.len);
		VEC_EACH (const struct wait_facts, facts, &evidence.waits) {
			assert_string_equal(facts->wait.service,
					    evidence.runs.items[facts->run].key);
		}
	}
}

/* Waits that succeeded in front of the window, as far back as was asked for. */
static void waits_reach_further_back(void **state)
{
	const struct {
		struct history_window window;
		const char *services;
		const char *comment;
	} rows[] = {
		{{.since_us = 20, .until_us = 31}, "", "not asked for"},
		{{.since_us = 20, .until_us = 31, .waits_reach_us = 11},
		 "",
		 "the window reaches as far"},
		{{.since_us = 20, .until_us = 31, .waits_reach_us = 21},
		 "k10 k12",
		 "the start is in"},
		{{.since_us = 20, .until_us = 31, .waits_reach_us = 20},
		 "k12",
		 "what lies before is not"},
		{{.since_us = 30, .until_us = 31, .job = "one", .waits_reach_us = 31},
		 "k10 k20b",
		 "one job"},
		{{.since_us = 20, .until_us = INT64_MAX, .waits_reach_us = INT64_MAX},
		 "k10 k12",
		 "all"},
	};
	const struct place *place = *state;
	struct run run = sample_run("k12", "two", 12);

	record_four(place->path);
	sample_wait(&run, "k12", true)->duration_us = -1;
	sample_wait(&run, "failed", false);
	sample_wait(&run, "cancelled", true)->cancelled = true;
	sample_record(place->path, &run);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(evidence_release) struct evidence evidence = {0};
		CLEANUP(buf_release) struct buf services = BUF_INIT(BUF_OWN_MAX);

		print_message("%s\n", rows[i].comment);
		sample_load(place->path, &rows[i].window, &evidence);
		VEC_EACH (const struct earlier_wait, wait, &evidence.earlier_waits) {
			buf_fmt(&services, "%s%s", services.len ? " " : "", wait->service);
			assert_string_equal(wait->probe, "tcp");
			assert_string_equal(wait->job,
					    str_eq(wait->service, "k12") ? "two" : "one");
			assert_int_equal(wait->duration_us, str_eq(wait->service, "k12") ? -1 : 40);
			assert_true(wait->started_us < rows[i].window.since_us);
		}
		assert_string_equal(buf_str(&services), rows[i].services);
		assert_int_equal(evidence.waits.len, evidence.runs.len);
	}
}

static void observations_go_by_test_and_then_by_time(void **state)
{
	const struct history_window window = SAMPLE_EVER;
	const struct place *place = *state;
	CLEANUP(evidence_release) struct evidence evidence = {0};

	record_four(place->path);
	sample_load(place->path, &window, &evidence);
	assert_int_equal(evidence.tests.len, 2);
	assert_int_equal(evidence.observations.len, 8);
	for (size_t i = 0; i < 8; i++) {
		assert_int_equal(evidence.observations.items[i].test, i / 4);
		assert_int_equal(evidence.observations.items[i].run, i % 4);
	}
}

/* One fingerprint in two runs and two tests: one entry a test. */
static void each_test_has_its_own_signatures(void **state)
{
	const struct history_window window = SAMPLE_EVER;
	const struct place *place = *state;
	CLEANUP(evidence_release) struct evidence evidence = {0};

	for (int i = 0; i < 2; i++) {
		struct run run = sample_run(i ? "k2" : "k1", "j", 1 + i);

		sample_attempt(&run, 1);
		sample_file(&run, "a");
		sample_failure(sample_result(&run, "a", OUTCOME_FAILED), "77", i ? "a2" : "a1");
		sample_failure(sample_result(&run, "b", OUTCOME_FAILED), "77", i ? "b2" : "b1");
		sample_record(place->path, &run);
	}
	sample_load(place->path, &window, &evidence);
	assert_int_equal(evidence.signatures.len, 2);
	assert_string_equal(evidence.signatures.items[0].example, "AssertionError: a1");
	assert_string_equal(evidence.signatures.items[1].example, "AssertionError: a1");
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(evidence.signatures.items[i].failure,
				 str_eq(evidence.tests.items[i].name.name, "a") ? 1 : 2);
	}
	assert_int_equal(evidence.observations.len, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_true(evidence.observations.items[i].has_signature);
		assert_int_equal(evidence.observations.items[i].signature, i / 2);
	}
}

/* Two machines may record the same runs in another order. */
static void the_order_of_recording_does_not_show(void **state)
{
	static const char *const messages[] = {"m", "z", "b"};
	const struct history_window window = SAMPLE_EVER;
	const struct place *place = *state;

	for (int shift = 0; shift < 3; shift++) {
		CLEANUP(evidence_release) struct evidence evidence = {0};

		unlink(place->path);
		for (int i = 0; i < 3; i++) {
			int number = (i + shift) % 3;
			AUTO_FREE char *key = mem_fmt("k%d", number);
			AUTO_FREE char *name = mem_fmt("t%d", number);
			struct run run = sample_run(key, "j", 5);

			sample_attempt(&run, 1);
			sample_file(&run, key);
			sample_failure(sample_result(&run, name, OUTCOME_FAILED), "77",
				       messages[number]);
			sample_record(place->path, &run);
		}
		sample_load(place->path, &window, &evidence);
		for (size_t i = 0; i < 3; i++) {
			const struct test_facts *tests = evidence.tests.items;

			assert_string_equal(evidence.runs.items[i].key,
					    i ? i > 1 ? "k2" : "k1" : "k0");
			assert_string_equal(evidence.signatures.items[i].example,
					    "AssertionError: b");
			assert_true(i == 0 || strcmp(tests[i - 1].id, tests[i].id) < 0);
		}
	}
}

static void some_runs_say_nothing_about_tests(void **state)
{
	static const struct {
		enum run_outcome outcome;
		size_t observations;
	} rows[] = {
		{RUN_PASSED, 1},        {RUN_FLAKY, 1},   {RUN_FAILED, 1},     {RUN_TIMEOUT, 1},
		{RUN_TEARDOWN_HANG, 1}, {RUN_CRASHED, 1}, {RUN_NO_RESULTS, 1}, {RUN_CANCELLED, 0},
		{RUN_NOT_READY, 0},     {RUN_ERROR, 0},
	};
	const struct history_window window = SAMPLE_EVER;
	const struct place *place = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(evidence_release) struct evidence evidence = {0};
		struct run run = sample_run("k", "j", 1);

		print_message("%s\n", run_outcome_name(rows[i].outcome));
		run.outcome = rows[i].outcome;
		sample_wait(&run, "db:1", false);
		sample_attempt(&run, 1);
		sample_file(&run, "a");
		sample_result(&run, "t", OUTCOME_FAILED);
		sample_record(place->path, &run);
		sample_load(place->path, &window, &evidence);
		assert_int_equal(evidence.runs.len, 1);
		assert_int_equal(evidence.runs.items[0].outcome, rows[i].outcome);
		assert_int_equal(evidence.waits.len, 1);
		assert_int_equal(evidence.results, 1);
		assert_int_equal(evidence.observations.len, rows[i].observations);
		unlink(place->path);
	}
}

static void an_empty_history_is_empty_evidence(void **state)
{
	const struct history_window window = SAMPLE_EVER;
	const struct place *place = *state;
	CLEANUP(evidence_release) struct evidence evidence = {0};

	history_close(sample_open(place->path, HISTORY_WRITE));
	sample_load(place->path, &window, &evidence);
	assert_int_equal(evidence.runs.len, 0);
	assert_int_equal(evidence.observations.len, 0);
	assert_int_equal(evidence.newest_run_us, 0);
}

static void odd_rows_do_no_harm(void **state)
{
	const struct history_window window = SAMPLE_EVER;
	const struct place *place = *state;
	CLEANUP(evidence_release) struct evidence evidence = {0};
	struct run run = sample_run("k", "j", 1);
	struct history *history;
	struct err err = ERR_INIT;

	sample_attempt(&run, 1);
	sample_file(&run, "a");
	sample_failure(sample_result(&run, "t", OUTCOME_FAILED), "0123456789abcdef", NULL);
	sample_record(place->path, &run);
	history = sample_open(place->path, HISTORY_WRITE);
	/* What only a database from elsewhere can hold. */
	assert_ok(db_exec(
		&history->db,
		"PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF;"
		"UPDATE run SET outcome = 'splendid', command = '[1,{},' ;"
		"INSERT INTO run SELECT 2, 'k2', 0, job, variant, '{}', commit_id,"
		" tree_id, branch, pull_request, 7, provider, ci_run, ci_attempt, ci_job,"
		" 2, duration_us, 'failed', exit_code, because, folder, twin, thinned FROM run;"
		"UPDATE signature SET hash = hash || hash;"
		"INSERT INTO attempt SELECT 2, 2, -9223372036854775807, scope, ended,"
		" exit_code, signal, started_us, duration_us, complete, NULL FROM attempt;"
		"INSERT INTO result VALUES (2, 1, -3, 'odd', -7, -1, 1);"
		"INSERT INTO result VALUES (2, 99, 0, 'failed', 1, 0, 99)",
		&err));
	assert_ok(rollup_make(&history->db, 2, NULL, &err));
	history_close(history);
	sample_load(place->path, &window, &evidence);
	assert_int_equal(evidence.runs.len, 2);
	assert_int_equal(evidence.runs.items[0].outcome, RUN_ERROR);
	assert_string_equal(evidence.runs.items[0].command, "");
	assert_int_equal(evidence.observations.len, 2);
	/* the test without a name comes first */
	assert_string_equal(evidence.tests.items[0].id, "");
	assert_int_equal(evidence.observations.items[1].first, OUTCOME_ERROR);
	assert_int_equal(strlen(evidence.signatures.items[0].id), SIGNATURE_LEN);
	assert_string_equal(evidence.signatures.items[0].example, "AssertionError");
	assert_false(evidence.observations.items[0].has_signature);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(observations_of_a_run),
		PLACED(imported_retries_are_read_off_the_attempts),
		PLACED(the_facts_of_a_run),
		PLACED(the_source_is_the_content),
		PLACED(windows_choose_runs),
		PLACED(waits_reach_further_back),
		PLACED(observations_go_by_test_and_then_by_time),
		PLACED(each_test_has_its_own_signatures),
		PLACED(the_order_of_recording_does_not_show),
		PLACED(some_runs_say_nothing_about_tests),
		PLACED(an_empty_history_is_empty_evidence),
		PLACED(odd_rows_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
