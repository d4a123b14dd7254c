/* SPDX-License-Identifier: Apache-2.0 */
#include "sample.h"

/*
 * Runs in one letter a test: p passed, f failed, e error, s skipped, t passed after failed tries.
 * The names of the tests are their places: "0", "1", …; '.' leaves a place out.
 */
static void add_results(struct run *run, const char *letters)
{
	for (size_t i = 0; letters[i]; i++) {
		static const char known[] = "psfe";
		char name[32];
		const char *at = strchr(known, letters[i] == 't' ? 'p' : letters[i]);
		struct result *result;

		if (letters[i] == '.') {
			continue;
		}
		assert_non_null(at);
		snprintf(name, sizeof(name), "%zu", i);
		result = sample_result(run, name, (enum outcome)(at - known));
		result->failed_tries = letters[i] == 't';
	}
}

static struct run import_run(int attempt, const char *digest, const char *letters)
{
	struct run run = sample_run("ci-7", "unit", 5000);

	run.imported = true;
	run.duration_us = -1;
	sample_attempt(&run, attempt)->duration_us = -1;
	sample_file(&run, digest)->time_us = 20;
	add_results(&run, letters);
	return run;
}

/* Imports and releases; what came of it is in *effect, which the caller releases. */
static void import(struct history *history, struct run *run, struct import_effect *effect)
{
	struct err err = ERR_INIT;

	assert_ok(history_import(history, run, effect, &err));
	run_release(run);
}

static void import_only(struct history *history, int attempt, const char *digest,
			const char *letters)
{
	struct run run = import_run(attempt, digest, letters);
	struct import_effect effect;

	import(history, &run, &effect);
	import_effect_release(&effect);
}

static void the_same_file_is_imported_once(void **state)
{
	const struct place *place = *state;
	struct history *history = sample_open(place->path, HISTORY_WRITE);

	for (int round = 0; round < 3; round++) {
		struct run run = import_run(1, "d1", "pf");
		struct import_effect effect;

		import(history, &run, &effect);
		assert_int_equal(effect.files_new, round == 0);
		assert_int_equal(effect.files_known, round > 0);
		assert_int_equal(effect.results_new, round == 0 ? 2 : 0);
		assert_int_equal(effect.conflicts.len, 0);
		import_effect_release(&effect);
		assert_int_equal(sample_ask(history, "SELECT count(*) FROM run"), 1);
		assert_int_equal(sample_ask(history, "SELECT count(*) FROM attempt"), 1);
		assert_int_equal(sample_ask(history, "SELECT count(*) FROM results_file"), 1);
		assert_int_equal(sample_info(history).results, 2);
		assert_int_equal(sample_ask(history, "SELECT sum(duration_us) FROM run"), 20);
	}
	assert_ask_text(history, "SELECT imported || outcome || ifnull(exit_code, '-') FROM run",
			"1failed-");
	assert_ask_text(history, "SELECT command FROM run", "[]");
	history_close(history);
}

static void another_file_of_the_attempt_adds(void **state)
{
	const struct place *place = *state;
	struct history *history = sample_open(place->path, HISTORY_WRITE);
	struct run run = import_run(1, "d2", "..p");
	struct import_effect effect;

	import_only(history, 1, "d1", "pp");
	/* One known and two alike beside the new one. */
	sample_file(&run, "d1");
	sample_file(&run, "d2");
	import(history, &run, &effect);
	assert_int_equal(effect.files_new, 1);
	assert_int_equal(effect.files_known, 2);
	assert_int_equal(effect.results_new, 1);
	assert_int_equal(effect.conflicts.len, 0);
	import_effect_release(&effect);
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM attempt"), 1);
	assert_int_equal(sample_info(history).results, 3);
	assert_int_equal(sample_ask(history, "SELECT duration_us FROM run"), 40);
	/* The same bytes in another attempt, or another job, are another file. */
	import_only(history, 2, "d1", "pp");
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM results_file"), 3);
	history_close(history);
}

static void contradictions_are_kept_and_named_once(void **state)
{
	const struct place *place = *state;
	struct history *history = sample_open(place->path, HISTORY_WRITE);
	struct run run = import_run(1, "d2", "fpp");
	struct import_effect effect;

	import_only(history, 1, "d1", "pp");
	sample_file(&run, "d3");
	add_results(&run, "e");
	import(history, &run, &effect);
	assert_int_equal(effect.results_new, 4);
	assert_int_equal(effect.conflicts.len, 1);
	assert_string_equal(effect.conflicts.items[0], "pkg.Case::0");
	import_effect_release(&effect);
	assert_results(history, "1 0 passed, 1 1 passed, 1 1 passed, 1 2 passed, "
				"1 0 failed, 1 0 error");
	assert_ask_text(history, "SELECT outcome FROM run", "failed");
	history_close(history);
}

/* Whatever of the two is told by a block and what by a row, and whichever came first. */
static void a_later_import_may_contradict(void **state)
{
	static const struct {
		const char *first, *second;
		bool conflict;
	} rows[] = {
		{"p", "f", true},  {"f", "p", true},  {"p", "s", true},   {"s", "p", true},
		{"f", "e", true},  {"s", "f", true},  {"p", "p", false},  {"f", "f", false},
		{"p", "t", false}, {"s", "s", false}, {"p", ".p", false}, {"f", ".p", false},
	};
	const struct place *place = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct history *history = sample_open(place->path, HISTORY_WRITE);
		struct run run = import_run(1, "d2", rows[i].second);
		struct import_effect effect;

		print_message("%s, then %s\n", rows[i].first, rows[i].second);
		import_only(history, 1, "d1", rows[i].first);
		import(history, &run, &effect);
		assert_int_equal(effect.conflicts.len, rows[i].conflict);
		import_effect_release(&effect);
		assert_int_equal(sample_info(history).results, 2);
		history_close(history);
		unlink(place->path);
	}
}

static void an_unreadable_file_is_known_by_its_path(void **state)
{
	const struct place *place = *state;
	struct history *history = sample_open(place->path, HISTORY_WRITE);

	for (int round = 0; round < 2; round++) {
		struct run run = import_run(1, "", "");
		struct import_effect effect;

		sample_file(&run, "");
		mem_replace(&run.attempts.items[0].files.items[1].path, "other.xml");
		import(history, &run, &effect);
		assert_int_equal(effect.files_new, round == 0 ? 2 : 0);
		import_effect_release(&effect);
	}
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM results_file"), 2);
	history_close(history);
}

static void a_later_import_fills_gaps_and_overwrites_nothing(void **state)
{
	const struct place *place = *state;
	struct history *history = sample_open(place->path, HISTORY_WRITE);
	struct run first = import_run(1, "d1", "p");
	struct run second = import_run(1, "d1", "p");
	struct import_effect effect;

	first.source.branch = mem_str("main");
	first.source.commit = mem_str("");
	import(history, &first, &effect);
	import_effect_release(&effect);
	second.source.branch = mem_str("other");
	second.source.commit = mem_str("c1");
	second.source.tree = mem_str("t1");
	strv_add(&second.source.parents, "p1");
	second.source.ci_job = mem_str("build");
	second.started_us = 4000;
	import(history, &second, &effect);
	import_effect_release(&effect);
	assert_ask_text(history, "SELECT branch||commit_id||tree_id||ci_job||started_us FROM run",
			"mainc1t1build4000");
	assert_ask_text(history, "SELECT commit_id||parent_id FROM commit_parent", "c1p1");
	/* An import that knows less takes nothing away, nor does a later one move the start. */
	import_only(history, 1, "d1", "p");
	assert_ask_text(history, "SELECT branch||commit_id||started_us FROM run", "mainc14000");
	history_close(history);
}

static void other_content_is_refused(void **state)
{
	static const struct {
		const char *commit, *tree;
		const char *message;
	} rows[] = {
		{"c2", "t1", "run ci-7 of job unit is of commit c1, not c2"},
		{"c1", "t2", "run ci-7 of job unit is of tree t1, not t2"},
	};
	const struct place *place = *state;
	struct history *history = sample_open(place->path, HISTORY_WRITE);
	struct run first = import_run(1, "d1", "p");
	struct import_effect effect;

	first.source.commit = mem_str("c1");
	first.source.tree = mem_str("t1");
	import(history, &first, &effect);
	import_effect_release(&effect);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct run run = import_run(2, "d2", "f");
		struct err err = ERR_INIT;

		run.source.commit = mem_str(rows[i].commit);
		run.source.tree = mem_str(rows[i].tree);
		assert_int_equal(history_import(history, &run, &effect, &err), -1);
		assert_int_equal(err.code, ERR_INPUT);
		assert_string_equal(err.msg, rows[i].message);
		assert_int_equal(sample_ask(history, "SELECT count(*) FROM attempt"), 1);
		run_release(&run);
	}
	history_close(history);
}

static void a_recorded_run_takes_no_imports(void **state)
{
	const struct place *place = *state;
	struct history *history = sample_open(place->path, HISTORY_WRITE);
	struct run recorded = sample_run("ci-7", "unit", 1);
	struct run run = import_run(2, "d1", "p");
	struct import_effect effect;
	struct err err = ERR_INIT;

	assert_ok(history_record(history, &recorded, &err));
	assert_int_equal(history_import(history, &run, &effect, &err), -1);
	assert_int_equal(err.code, ERR_INPUT);
	assert_has(err.msg, "run ci-7 of job unit was recorded by steady run");
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM attempt"), 0);
	run_release(&recorded);
	run_release(&run);
	history_close(history);
}

static void an_import_is_one_attempt(void **state)
{
	const struct place *place = *state;
	struct history *history = sample_open(place->path, HISTORY_WRITE);
	struct run run = import_run(1, "d1", "p");
	struct import_effect effect;
	struct err err = ERR_INIT;

	sample_attempt(&run, 2);
	assert_int_equal(history_import(history, &run, &effect, &err), -1);
	assert_int_equal(err.code, ERR_INTERNAL);
	run_release(&run);
	history_close(history);
}

static void import_attempts(struct history *history, const char *const attempts[3], bool backwards)
{
	static const char *const digests[] = {"d1", "d2", "d3"};

	for (int n = 0; n < 3; n++) {
		int at = backwards ? 2 - n : n;

		if (attempts[at]) {
			import_only(history, at + 1, digests[at], attempts[at]);
		}
	}
}

static void the_outcome_follows_from_all_attempts(void **state)
{
	static const struct {
		const char *attempts[3];
		const char *outcome;
		const char *comment;
	} rows[] = {
		{{"pps"}, "passed", "skipped is no trouble"},
		{{"pfp"}, "failed", "one attempt, one failure"},
		{{"pep"}, "failed", "an error is a failure"},
		{{"ptp"}, "flaky", "the file says it passed on a further try"},
		{{"pfp", "ppp"}, "flaky", "the second attempt repairs it"},
		{{"pfp", ".p."}, "flaky", "also when it ran nothing else"},
		{{"pff", ".p."}, "failed", "one of two was not run again"},
		{{"pfp", ".s."}, "failed", "skipping is not passing"},
		{{"pfp", "fpp"}, "failed", "another one fails in the last attempt"},
		{{"ppp", "pfp"}, "failed", "the last attempt fails"},
		{{"pfp", ".f.", ".p."}, "flaky", "the third try"},
		{{"pfp", ".p.", ".f."}, "failed", "passed once and failed again"},
		{{""}, "no-results", "nothing was read"},
	};
	const struct place *place = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		/* The order in which attempts arrive does not matter. */
		for (int backwards = 0; backwards < 2; backwards++) {
			struct history *history = sample_open(place->path, HISTORY_WRITE);

			print_message("%s\n", rows[i].comment);
			import_attempts(history, rows[i].attempts, backwards);
			assert_ask_text(history, "SELECT outcome FROM run", rows[i].outcome);
			history_close(history);
			unlink(place->path);
		}
	}
}

static void suite_errors_count_in_the_last_attempt(void **state)
{
	const struct place *place = *state;
	struct history *history = sample_open(place->path, HISTORY_WRITE);
	struct run run = import_run(1, "d1", "pp");
	struct import_effect effect;

	run.attempts.items[0].files.items[0].suite_errors = 1;
	import(history, &run, &effect);
	import_effect_release(&effect);
	assert_ask_text(history, "SELECT outcome FROM run", "failed");
	import_only(history, 2, "d2", "pp");
	assert_ask_text(history, "SELECT outcome FROM run", "flaky");
	history_close(history);
}

static void durations_do_not_depend_on_repetition(void **state)
{
	static const struct {
		int64_t attempt_us, run_us, file_us;
		const char *duration;
		const char *comment;
	} rows[] = {
		{-1, -1, -1, "unknown", "nobody knows"},
		{-1, -1, 20, "20", "the times in the file"},
		{0, 0, 20, "20", "no time is no measurement"},
		{0, 0, -1, "unknown", "nor without any times"},
		{70, -1, 20, "70", "the attempt was timed"},
		{-1, 80, 20, "80", "the run was, and it has this attempt only"},
	};
	const struct place *place = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct history *history = sample_open(place->path, HISTORY_WRITE);

		print_message("%s\n", rows[i].comment);
		for (int round = 0; round < 2; round++) {
			struct run run = import_run(1, "d1", "p");
			struct import_effect effect;

			run.duration_us = rows[i].run_us;
			run.attempts.items[0].duration_us = rows[i].attempt_us;
			run.attempts.items[0].files.items[0].time_us = rows[i].file_us;
			import(history, &run, &effect);
			import_effect_release(&effect);
		}
		assert_ask_text(history, "SELECT ifnull(duration_us, 'unknown') FROM run",
				rows[i].duration);
		history_close(history);
		unlink(place->path);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(the_same_file_is_imported_once),
		PLACED(another_file_of_the_attempt_adds),
		PLACED(contradictions_are_kept_and_named_once),
		PLACED(a_later_import_may_contradict),
		PLACED(an_unreadable_file_is_known_by_its_path),
		PLACED(a_later_import_fills_gaps_and_overwrites_nothing),
		PLACED(other_content_is_refused),
		PLACED(a_recorded_run_takes_no_imports),
		PLACED(an_import_is_one_attempt),
		PLACED(the_outcome_follows_from_all_attempts),
		PLACED(suite_errors_count_in_the_last_attempt),
		PLACED(durations_do_not_depend_on_repetition),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
