/* SPDX-License-Identifier: Apache-2.0 */
#include "sample.h"

#include "history/failure_text.h"

/* Everything a run holds, once, with values that differ from field to field. */
static struct run whole_run(void)
{
	struct run run = sample_run("key-1", "unit", 1000);
	struct attempt *attempt;
	struct results_file *file;

	strv_add(&run.command, "pytest");
	strv_add(&run.command, "-k it's \"so\"\n");
	mem_replace(&run.variant, "os=linux,py=3.11");
	run.source.commit = mem_str("c1");
	run.source.tree = mem_str("t1");
	strv_add(&run.source.parents, "p1");
	strv_add(&run.source.parents, "p2");
	run.source.branch = mem_str("main");
	run.source.pull_request = mem_str("17");
	run.source.dirty = true;
	run.source.provider = mem_str("github");
	run.source.ci_run = mem_str("900");
	run.source.ci_attempt = mem_str("2");
	run.source.ci_job = mem_str("test");
	run.duration_us = 77;
	run.outcome = RUN_FLAKY;
	run.exit_code = 0;
	run.because = mem_str("one flake");
	sample_wait(&run, "127.0.0.1:5432", true);
	sample_wait(&run, "127.0.0.1:80", false)->cancelled = true;

	attempt = sample_attempt(&run, 1);
	attempt->exit_code = 3;
	attempt->complete = true;
	attempt->conditions = (struct conditions){
		.cores = 1.5,
		.load_start = 0.5,
		.load_end = 7.25,
		.pressure = -1,
		.memory_limit = 4096,
		.oom_kills = 2,
	};
	attempt->autopsy = mem_str("{}");
	*VEC_PUSH(&attempt->leaks) = (struct attempt_leak){
		.name = mem_str("python3"),
		.command = mem_str("python3 -m http.server"),
	};
	strv_add(&attempt->leaks.items[0].listens, "8000");
	strv_add(&attempt->leaks.items[0].listens, "8001");
	*VEC_PUSH(&attempt->leaks) = (struct attempt_leak){.name = mem_str("sleep")};
	file = sample_file(&run, "d1");
	file->state = FILE_REPAIRED;
	file->producer = mem_str("pytest");
	file->tests = 3;
	file->suite_errors = 1;
	file->first_suite_error = mem_str("teardown");
	file->time_us = 9;
	sample_result(&run, "ok", OUTCOME_PASSED)->duration_us = -1;
	sample_failure(sample_result(&run, "bad", OUTCOME_FAILED), "5161", "1 != 2");
	sample_failure(sample_result(&run, "worse", OUTCOME_ERROR), "5161", "1 != 2");

	attempt = sample_attempt(&run, 2);
	attempt->scope = SCOPE_SELECTED;
	attempt->end = END_SIGNALLED;
	attempt->signal = 9;
	attempt->exit_code = -1;
	attempt->incomplete_why = mem_str("it died");
	sample_file(&run, "d2");
	sample_result(&run, "bad", OUTCOME_PASSED)->failed_tries = 2;
	sample_verdict(&run, "bad", RETRY_PASSED);
	sample_verdict(&run, "worse", RETRY_NOT_TRIED);
	return run;
}

static void the_whole_run_is_stored(void **state)
{
	static const struct {
		const char *sql;
		const char *text;
		const char *comment;
	} rows[] = {
		{"SELECT key||'|'||imported||'|'||job||'|'||variant||'|'||"
		 "commit_id||'|'||tree_id||'|'||branch||'|'||pull_request FROM run",
		 "key-1|0|unit|os=linux,py=3.11|c1|t1|main|17", "who and what"},
		{"SELECT dirty||provider||'|'||ci_run||'|'||ci_attempt||'|'||ci_job FROM run",
		 "1github|900|2|test", "where from"},
		{"SELECT started_us||'|'||duration_us||'|'||outcome||'|'||exit_code||'|'||because "
		 "FROM run",
		 "1000|77|flaky|0|one flake", "how it ended"},
		{"SELECT command FROM run", "[\"pytest\",\"-k it's \\\"so\\\"\\n\"]", "as JSON"},
		{"SELECT group_concat(commit_id||nth||parent_id) FROM commit_parent", "c10p1,c11p2",
		 "parents"},
		{"SELECT "
		 "group_concat(nth||target||'|'||service||'|'||probe||'|'||ready||cancelled||"
		 "stage||'|'||ifnull(error,'-')||attempts||'|'||started_us||'|'||duration_us||'|'||"
		 "limit_us, ' ') FROM wait",
		 "0tcp://127.0.0.1:5432|127.0.0.1:5432|tcp|10connect|-3|1000|40|60 "
		 "1tcp://127.0.0.1:80|127.0.0.1:80|tcp|01connect|refused3|1000|40|60",
		 "both waits, also the good one"},
		{"SELECT number||scope||ended||exit_code||ifnull(signal,'-')||started_us||'|'||"
		 "duration_us||complete||ifnull(incomplete_why,'-') FROM attempt WHERE number = 1",
		 "1wholeexited3-1000|101-", "an attempt that exited has no signal"},
		{"SELECT scope||ended||ifnull(exit_code,'-')||signal||complete||incomplete_why "
		 "FROM attempt WHERE number = 2",
		 "selectedsignalled-90it died", "and one that was killed no exit code"},
		{"SELECT group_concat(number||'|'||cores||'|'||load_start||'|'||load_end||'|'||"
		 "ifnull(pressure,'-')||'|'||memory_limit||'|'||oom_kills) FROM conditions "
		 "JOIN attempt ON attempt.id = attempt_id",
		 "1|1.5|0.5|7.25|-|4096|2", "conditions, where somebody looked"},
		{"SELECT group_concat(number||report) FROM autopsy JOIN attempt ON attempt.id = "
		 "attempt_id",
		 "1{}", "why it hung"},
		{"SELECT group_concat(number||'|'||nth||name||'|'||command||'|'||ports) FROM leak "
		 "JOIN attempt ON attempt.id = attempt_id",
		 "1|0python3|python3 -m http.server|8000,8001,1|1sleep||", "what it left running"},
		{"SELECT digest||path||state||producer||tests||suite_errors||suite_error||time_us "
		 "FROM results_file WHERE digest = 'd1'",
		 "d1d1.xmlrepairedpytest31teardown9", "the file"},
		{"SELECT ifnull(time_us, 'none') FROM results_file WHERE digest = 'd2'", "none",
		 "an unknown time is NULL"},
		{"SELECT group_concat(number||'|'||test_id||nth||outcome||result.duration_us||"
		 "failed_tries||ifnull(failure_id,'-'), ' ') FROM result "
		 "CROSS JOIN attempt ON attempt.id = attempt_id",
		 "1|20failed501 1|30error501 2|20passed52-",
		 "a row for each result that a block cannot tell"},
		{"SELECT group_concat(hash||example) FROM signature", "5161AssertionError: 1 != 2",
		 "each signature, with an example"},
		{"SELECT group_concat(test_id||shown, ' ') FROM test_name",
		 "2pkg.Case::bad 3pkg.Case::worse", "names of tests that failed"},
		{"SELECT group_concat(test_id||verdict||ifnull(decided_by,'-'), ' ') FROM retry",
		 "2passed2 3not-tried-", "verdicts"},
	};
	const struct place *place = *state;
	struct run run = whole_run();
	AUTO_FREE char *said = NULL;
	struct history *history;

	sample_record(place->path, &run);
	history = sample_open(place->path, HISTORY_READ);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		print_message("%s\n", rows[i].comment);
		assert_ask_text(history, rows[i].sql, rows[i].text);
	}
	assert_results(history, "1 ok passed, 1 bad failed, 1 worse error, 2 bad passed");
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM failure"), 1);
	said = sample_said(history, 1);
	assert_string_equal(said, "5161|AssertionError|1 != 2|a stack|");
	assert_int_equal(sample_info(history).tests, 3);
	assert_int_equal(sample_info(history).results, 4);
	history_close(history);
}

static void a_test_twice_in_an_attempt_is_kept_twice(void **state)
{
	const struct place *place = *state;
	struct run run = sample_run("k", "j", 1);
	struct history *history;

	sample_attempt(&run, 1);
	sample_file(&run, "a");
	sample_result(&run, "t", OUTCOME_PASSED);
	sample_file(&run, "a");
	sample_result(&run, "t", OUTCOME_FAILED);
	sample_result(&run, "t", OUTCOME_SKIPPED);
	sample_verdict(&run, "t", RETRY_PASSED);
	sample_verdict(&run, "t", RETRY_NOT_SEEN);
	sample_verdict(&run, "t", RETRY_PASSED);
	sample_record(place->path, &run);
	history = sample_open(place->path, HISTORY_READ);
	assert_results(history, "1 t passed, 1 t skipped, 1 t failed");
	/* Two verdicts about one test: the pass does not win. */
	assert_ask_text(history, "SELECT verdict FROM retry", "not-seen");
	history_close(history);
}

static void the_same_key_is_refused(void **state)
{
	const struct place *place = *state;
	struct run run = sample_run("k", "j", 1);
	struct run other = sample_run("k", "other job", 1);
	struct history *history = sample_open(place->path, HISTORY_WRITE);
	struct err err = ERR_INIT;

	assert_ok(history_record(history, &run, &err));
	sample_wait(&run, "h:1", true);
	assert_int_equal(history_record(history, &run, &err), -1);
	assert_int_equal(err.code, ERR_INPUT);
	assert_has(err.msg, "run k of job j is already in the history");
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM wait"), 0);
	/* Nothing is left half open. */
	assert_ok(history_record(history, &other, &err));
	history_close(history);
	run_release(&run);
	run_release(&other);
}

static void bad_bytes_are_repaired(void **state)
{
	const struct place *place = *state;
	struct run run = sample_run("k", "j\xff", 1);
	AUTO_FREE char *said = NULL;
	struct history *history;

	sample_attempt(&run, 1);
	sample_file(&run, "a");
	sample_failure(sample_result(&run, "n\xc3\xa4m\xe4", OUTCOME_FAILED), "", "\x80");
	sample_record(place->path, &run);
	history = sample_open(place->path, HISTORY_READ);
	assert_ask_text(history, "SELECT job FROM run", "j\xef\xbf\xbd");
	assert_results(history, "1 n\xc3\xa4m\xef\xbf\xbd failed");
	said = sample_said(history, 1);
	assert_string_equal(said, "|AssertionError|\xef\xbf\xbd|a stack|");
	assert_int_equal(sample_ask(history, "SELECT signature_id IS NULL FROM failure"), 1);
	history_close(history);
}

static void failures_are_bounded(void **state)
{
	const struct place *place = *state;
	struct run run = sample_run("k", "j", 1);
	struct result *result;
	struct failure *failure = NULL;
	struct history *history;
	struct err err = ERR_INIT;

	sample_attempt(&run, 1);
	sample_file(&run, "a");
	result = sample_result(&run, "t", OUTCOME_FAILED);
	sample_failure(result, "", "");
	free(result->failure->message);
	free(result->failure->text);
	result->failure->message = mem_alloc(100001);
	memset(result->failure->message, 'm', 100000);
	result->failure->text = mem_alloc(1000001);
	memset(result->failure->text, 't', 1000000);
	memcpy(result->failure->text, "first", 5);
	memcpy(result->failure->text + 1000000 - 4, "last", 4);
	sample_record(place->path, &run);
	history = sample_open(place->path, HISTORY_READ);
	assert_ok(history_failure(history, 1, &failure, &err));
	assert_in_range(strlen(failure->message), 4000, 4096);
	assert_in_range(strlen(failure->text), 16300, 16384);
	assert_memory_equal(failure->text, "first", 5);
	assert_string_equal(failure->text + strlen(failure->text) - 4, "last");
	failure_free(failure);
	history_close(history);
}

static void cutting_keeps_characters_whole(void **state)
{
	(void)state;
	/* Whatever the phase, no cut falls into the three bytes of a character. */
	for (size_t shift = 0; shift < 9; shift++) {
		CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
		CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);

		for (size_t i = 0; i < shift % 3; i++) {
			buf_char(&text, 'x');
		}
		for (size_t i = 0; i < 200; i++) {
			buf_str_add(&text, "\xe2\x82\xac");
		}
		for (size_t i = 0; i < shift / 3; i++) {
			buf_char(&text, 'x');
		}
		failure_text_cut(&out, buf_str(&text), 300);
		assert_in_range(out.len, 250, 300);
		assert_has(buf_str(&out), " bytes left out]\n");
		for (const char *c = buf_str(&out); *c; c++) {
			if (*c == '\xe2') {
				assert_memory_equal(c, "\xe2\x82\xac", 3);
				c += 2;
			} else {
				assert_true((unsigned char)*c < 0x80);
			}
		}
	}
}

static void short_texts_are_not_cut(void **state)
{
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);
	char text[301] = {0};

	(void)state;
	memset(text, 'x', 300);
	failure_text_cut(&out, text, 300);
	assert_string_equal(buf_str(&out), text);
}

static void an_absent_message_differs_from_an_empty_one(void **state)
{
	const struct place *place = *state;
	struct run run = sample_run("k", "j", 1);
	struct result *result;
	AUTO_FREE char *empty = NULL;
	AUTO_FREE char *absent = NULL;
	struct history *history;

	sample_attempt(&run, 1);
	sample_file(&run, "a");
	sample_failure(sample_result(&run, "t", OUTCOME_FAILED), "", "");
	result = sample_result(&run, "u", OUTCOME_FAILED);
	sample_failure(result, "", "");
	mem_replace(&result->failure->message, NULL);
	sample_record(place->path, &run);
	history = sample_open(place->path, HISTORY_READ);
	assert_int_equal(sample_ask(history, "SELECT count(*) FROM failure"), 2);
	empty = sample_said(history, 1);
	absent = sample_said(history, 2);
	assert_string_equal(empty, "|AssertionError||a stack|");
	assert_string_equal(absent, "|AssertionError|NULL|a stack|");
	history_close(history);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(the_whole_run_is_stored),
		PLACED(a_test_twice_in_an_attempt_is_kept_twice),
		PLACED(the_same_key_is_refused),
		PLACED(bad_bytes_are_repaired),
		PLACED(failures_are_bounded),
		cmocka_unit_test(cutting_keeps_characters_whole),
		cmocka_unit_test(short_texts_are_not_cut),
		PLACED(an_absent_message_differs_from_an_empty_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
