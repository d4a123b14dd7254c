/* SPDX-License-Identifier: Apache-2.0 */
#include "sample.h"

/* Loads the only run that the question is about. */
static struct run load(const char *path, const char *key)
{
	CLEANUP(known_run_list_release) struct known_run_list found = {0};
	struct history *history = sample_open(path, HISTORY_READ);
	struct err err = ERR_INIT;
	struct run run;

	assert_ok(history_find_runs(history, &(struct run_question){.key = key}, &found, &err));
	assert_int_equal(found.len, 1);
	assert_ok(history_load_run(history, found.items[0].id, &run, &err));
	history_close(history);
	return run;
}

/* "name outcome; …" of one attempt. */
static char *show_attempt(const struct attempt *attempt)
{
	struct buf out = BUF_INIT(BUF_OWN_MAX);

	ATTEMPT_EACH_RESULT(result, attempt)
	{
		buf_fmt(&out, "%s%s %s", out.len ? "; " : "", str_or(result->test.name, "-"),
			outcome_name(result->outcome));
	}
	return buf_take(&out);
}

static void assert_attempt(const struct run *run, size_t at, const char *expected)
{
	AUTO_FREE char *shown = show_attempt(&run->attempts.items[at]);

	assert_string_equal(shown, expected);
}

/* "name verdict attempt; …" */
static void assert_failed(const struct run *run, const char *expected)
{
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);

	VEC_EACH (const struct failed_test, test, &run->failed) {
		buf_fmt(&out, "%s%s %s %d", out.len ? "; " : "", test->first->test.name,
			retry_verdict_name(test->retry), test->decided_by);
	}
	assert_string_equal(buf_str(&out), expected);
}

/* Two failed tests between passes; b is tried alone and passes, d is tried with all and does not. */
static struct run retried_run(void)
{
	struct run run = sample_run("key-1", "unit", 1000);
	struct attempt *attempt = sample_attempt(&run, 1);

	attempt->exit_code = 1;
	attempt->complete = true;
	sample_file(&run, "a");
	sample_result(&run, "a", OUTCOME_PASSED);
	sample_failure(sample_result(&run, "d", OUTCOME_ERROR), "dddddddddddddddd", "d is odd");
	sample_failure(sample_result(&run, "b", OUTCOME_FAILED), "bbbbbbbbbbbbbbbb", "b is odd");
	sample_result(&run, "c", OUTCOME_SKIPPED);
	attempt = sample_attempt(&run, 2);
	attempt->scope = SCOPE_SELECTED;
	sample_id("b", attempt->only);
	sample_file(&run, "b");
	sample_result(&run, "b", OUTCOME_PASSED);
	sample_attempt(&run, 3)->end = END_TIMEOUT;
	sample_file(&run, "c");
	sample_failure(sample_result(&run, "d", OUTCOME_FAILED), "dddddddddddddddd", "d is odd");
	sample_result(&run, "a", OUTCOME_PASSED);
	sample_verdict(&run, "d", RETRY_FAILED_AGAIN);
	sample_verdict(&run, "b", RETRY_PASSED);
	run.outcome = RUN_FAILED;
	run.exit_code = 1;
	run.because = mem_str("two words");
	run.source.commit = mem_str("c0ffee");
	run.source.dirty = true;
	sample_wait(&run, "db:5432", false);
	return run;
}

static void a_run_comes_back_as_it_was(void **state)
{
	const struct place *place = *state;
	struct run run = retried_run();
	CLEANUP(run_release) struct run back = {0};
	const struct failure *failure = NULL;
	char id[TEST_ID_LEN + 1];

	sample_record(place->path, &run);
	back = load(place->path, "key-1");
	assert_string_equal(back.key, "key-1");
	assert_string_equal(back.job, "unit");
	assert_string_equal(back.variant, "");
	assert_false(back.imported);
	assert_int_equal(back.started_us, 1000);
	assert_int_equal(back.duration_us, 100);
	assert_int_equal(back.outcome, RUN_FAILED);
	assert_int_equal(back.exit_code, 1);
	assert_string_equal(back.because, "two words");
	assert_string_equal(back.source.commit, "c0ffee");
	assert_true(back.source.dirty);
	assert_int_equal(back.waits.len, 1);
	assert_string_equal(back.waits.items[0].service, "db:5432");
	assert_int_equal(back.attempts.len, 3);
	assert_true(back.attempts.items[0].complete);
	assert_int_equal(back.attempts.items[0].exit_code, 1);
	assert_int_equal(back.attempts.items[1].scope, SCOPE_SELECTED);
	assert_int_equal(back.attempts.items[2].end, END_TIMEOUT);
	/* in the order of the report; of what passed at first no name is needed */
	assert_attempt(&back, 0, "- passed; d error; b failed; - skipped");
	assert_attempt(&back, 1, "b passed");
	assert_attempt(&back, 2, "d failed; - passed");
	assert_failed(&back, "d failed-again 2; b passed 2");
	sample_id("b", id);
	assert_string_equal(back.attempts.items[1].only, id);
	assert_string_equal(back.attempts.items[2].only, "");
	assert_string_equal(back.failed.items[1].first->id, id);
	assert_string_equal(back.failed.items[1].first->test.class_name, "pkg.Case");
	failure = back.failed.items[1].first->failure;
	assert_string_equal(failure->signature, "bbbbbbbbbbbbbbbb");
	assert_string_equal(failure->type, "AssertionError");
	assert_string_equal(failure->message, "b is odd");
	assert_string_equal(failure->text, "a stack");
}

/* A test that stands there twice is one failed test. */
static void the_same_test_twice(void **state)
{
	const struct place *place = *state;
	struct run run = sample_run("key-1", "unit", 1000);
	CLEANUP(run_release) struct run back = {0};

	sample_attempt(&run, 1);
	sample_file(&run, "a");
	sample_result(&run, "a", OUTCOME_FAILED);
	sample_result(&run, "b", OUTCOME_PASSED);
	sample_file(&run, "b");
	sample_result(&run, "a", OUTCOME_ERROR);
	sample_result(&run, "a", OUTCOME_PASSED);
	sample_verdict(&run, "a", RETRY_NOT_TRIED);
	sample_record(place->path, &run);
	back = load(place->path, "key-1");
	assert_attempt(&back, 0, "a failed; - passed; a error; a passed");
	assert_failed(&back, "a not-tried 0");
}

/* What later attempts of an import say about a test that failed in the first. */
static const struct {
	int outcomes[3]; /* of attempts 2 to 4; -1: it is not there */
	const char *failed;
} import_rows[] = {
	{{-1, -1, -1}, "t not-seen 4"},
	{{OUTCOME_PASSED, -1, -1}, "t passed 2"},
	{{OUTCOME_FAILED, -1, OUTCOME_PASSED}, "t passed 4"},
	{{OUTCOME_PASSED, OUTCOME_ERROR, OUTCOME_SKIPPED}, "t failed-again 3"},
	{{OUTCOME_SKIPPED, -1, -1}, "t skipped 2"},
};

static void import_attempt(const char *path, const char *key, int number, int outcome)
{
	struct run run = sample_run(key, "ci", 1000);
	struct history *history = sample_open(path, HISTORY_WRITE);
	struct import_effect effect;
	struct err err = ERR_INIT;
	AUTO_FREE char *digest = mem_fmt("%s-%d", key, number);

	run.imported = true;
	sample_attempt(&run, number);
	sample_file(&run, digest);
	sample_result(&run, "other", OUTCOME_PASSED);
	if (outcome >= 0) {
		sample_result(&run, "t", (enum outcome)outcome);
	}
	assert_ok(history_import(history, &run, &effect, &err));
	import_effect_release(&effect);
	history_close(history);
	run_release(&run);
}

static void verdicts_of_imports_are_read_off_the_attempts(void **state)
{
	const struct place *place = *state;

	for (size_t i = 0; i < ARRAY_LEN(import_rows); i++) {
		CLEANUP(run_release) struct run back = {0};
		AUTO_FREE char *key = mem_fmt("ci-%zu", i);

		import_attempt(place->path, key, 1, OUTCOME_FAILED);
		for (int k = 0; k < 3; k++) {
			import_attempt(place->path, key, k + 2, import_rows[i].outcomes[k]);
		}
		back = load(place->path, key);
		assert_true(back.imported);
		assert_failed(&back, import_rows[i].failed);
	}
	import_attempt(place->path, "once", 1, OUTCOME_FAILED);
	{
		CLEANUP(run_release) struct run back = load(place->path, "once");

		assert_failed(&back, "t not-tried 0");
	}
}

static void no_such_run(void **state)
{
	const struct place *place = *state;
	struct run run = sample_run("key", "unit", 1000);
	struct history *history;
	struct err err = ERR_INIT;

	sample_record(place->path, &run);
	history = sample_open(place->path, HISTORY_READ);
	assert_int_equal(history_load_run(history, 99, &run, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	history_close(history);
}

static void assert_runs(const char *path, const struct run_question *question, const char *expected)
{
	CLEANUP(known_run_list_release) struct known_run_list found = {0};
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);
	struct history *history = sample_open(path, HISTORY_READ);
	struct err err = ERR_INIT;

	assert_ok(history_find_runs(history, question, &found, &err));
	history_close(history);
	VEC_EACH (const struct known_run, run, &found) {
		buf_fmt(&out, "%s%s %s", out.len ? "; " : "", run->key, run->job);
	}
	assert_string_equal(buf_str(&out), expected);
}

static void record_empty(const char *path, const char *key, const char *job, int64_t started_us)
{
	struct run run = sample_run(key, job, started_us);

	strv_add(&run.command, "true");
	sample_record(path, &run);
}

/* Word for word, of exactly that run. */
static void commands_come_back(void **state)
{
	static const struct {
		const char *key, *job, *variant, *want;
	} rows[] = {
		{"one", "unit", "", "sh|-c|exit 1 \"$x\"\n|in shop//api"},
		{"one", "lint", "", ""},
		{"one", "unit", "os=linux", ""},
		{"on", "unit", NULL, ""},
	};
	struct place *place = *state;
	struct run run = sample_run("one", "unit", 1000);

	strv_add(&run.command, "sh");
	strv_add(&run.command, "-c");
	strv_add(&run.command, "exit 1 \"$x\"\n");
	strv_add(&run.command, "");
	run.folder = mem_str("shop//api");
	sample_record(place->path, &run);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct run_question question = {rows[i].key, rows[i].job, rows[i].variant};
		CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);
		CLEANUP(strv_release) struct strv command = {0};
		AUTO_FREE char *folder = NULL;
		struct history *history = sample_open(place->path, HISTORY_READ);
		struct err err = ERR_INIT;

		assert_ok(history_run_command(history, &question, &command, &folder, &err));
		history_close(history);
		for (size_t k = 0; k < command.len; k++) {
			buf_fmt(&out, "%s%s", k ? "|" : "", command.items[k]);
		}
		buf_fmt(&out, "%s%s", folder ? "in " : "", folder ? folder : "");
		assert_string_equal(buf_str(&out), rows[i].want);
	}
}

static void runs_are_found_by_the_start_of_their_key(void **state)
{
	static const struct {
		struct run_question question;
		const char *runs;
	} rows[] = {
		{{.key = "abc"}, "abc unit; abc lint"},
		{{.key = "ab"}, "abcd unit; abd unit; abc unit; abc lint"},
		{{.key = "abcd"}, "abcd unit"},
		{{.key = "abcde"}, ""},
		{{.key = "a%"}, ""},
		{{.key = "b"}, "b\xf4\x8f\xbf\xbf unit"},
		{{.key = "abc", .job = "lint"}, "abc lint"},
		{{.key = "abc", .variant = "os=mac"}, ""},
		{{.key = NULL}, "abcd unit"},
		{{.job = "lint"}, "abc lint"},
		{{.job = "none"}, ""},
	};
	const struct place *place = *state;
	struct run wait = sample_run("wait", "unit", 9000);

	record_empty(place->path, "b\xf4\x8f\xbf\xbf", "unit", 10);
	record_empty(place->path, "abc", "lint", 20);
	record_empty(place->path, "abc", "unit", 30);
	record_empty(place->path, "abd", "unit", 40);
	record_empty(place->path, "abcd", "unit", 50);
	/* a wait on its own is no run that anybody asks about */
	sample_record(place->path, &wait);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_runs(place->path, &rows[i].question, rows[i].runs);
	}
	assert_runs(place->path, &(struct run_question){.key = "wait"}, "wait unit");
}

static void record_signatures(const char *path, const char *key, const char *const signatures[3])
{
	struct run run = sample_run(key, "unit", 1000);

	for (int attempt = 1; attempt <= 2; attempt++) {
		sample_attempt(&run, attempt);
		sample_file(&run, key);
		for (size_t i = 0; i < 3 && signatures[i]; i++) {
			AUTO_FREE char *name = mem_fmt("%s-%zu", key, i);

			/* each test says something else; the signature makes them alike */
			sample_failure(sample_result(&run, name, OUTCOME_FAILED), signatures[i],
				       name);
		}
	}
	for (size_t i = 0; i < 3 && signatures[i]; i++) {
		AUTO_FREE char *name = mem_fmt("%s-%zu", key, i);

		sample_verdict(&run, name, RETRY_FAILED_AGAIN);
	}
	sample_record(path, &run);
}

static void other_runs_that_failed_alike_are_counted(void **state)
{
	const struct place *place = *state;
	CLEANUP(run_release) struct run run = {0};
	CLEANUP(known_run_list_release) struct known_run_list found = {0};
	struct history *history;
	struct err err = ERR_INIT;
	size_t counts[3];

	record_signatures(place->path, "one", (const char *const[3]){"aa", "aa", "bb"});
	record_signatures(place->path, "two", (const char *const[3]){"bb", "aa", "cc"});
	record_signatures(place->path, "three", (const char *const[3]){"aa", NULL, NULL});
	record_signatures(place->path, "four", (const char *const[3]){"", "aa", "dd"});
	run = load(place->path, "four");
	history = sample_open(place->path, HISTORY_READ);
	assert_ok(history_find_runs(history, &(struct run_question){.key = "four"}, &found, &err));
	assert_ok(history_count_alike(history, found.items[0].id, &run, counts, &err));
	history_close(history);
	assert_int_equal(counts[0], 0);
	assert_int_equal(counts[1], 3);
	assert_int_equal(counts[2], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(a_run_comes_back_as_it_was),
		PLACED(the_same_test_twice),
		PLACED(verdicts_of_imports_are_read_off_the_attempts),
		PLACED(no_such_run),
		PLACED(commands_come_back),
		PLACED(runs_are_found_by_the_start_of_their_key),
		PLACED(other_runs_that_failed_alike_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
