/* SPDX-License-Identifier: Apache-2.0 */
#include "report/golden.h"
#include "report/summary_run.h"
#include "text/json.h"

static struct run hostile_run(void)
{
	struct run run = make_run(RUN_FAILED, 1);
	struct attempt *attempt = add_attempt(&run, 1);
	struct result *result = NULL;
	struct wait *wait = VEC_PUSH(&run.waits);

	wait_init(wait);
	run.because = mem_str("said \033[2J\nso");
	add_passes(attempt, 1);
	result = add_result(attempt, "a\033]0;x\a\n::error::b ##[group]c", OUTCOME_ERROR);
	add_failure(result, "T\033[1m", "m\xff\xfe\x9b\r\n2");
	result = add_result(attempt, "twice", OUTCOME_FAILED);
	add_failure(result, NULL, NULL);
	result->failure->signature[0] = '\0';
	fill_failed(&run, RETRY_FAILED_AGAIN, 2);
	run.failed.items[1].retry = RETRY_PASSED;
	attempt = add_attempt(&run, 1);
	add_result(attempt, "twice", OUTCOME_PASSED);
	add_failure(add_result(attempt, "l\033[1mater", OUTCOME_FAILED), NULL, "w\033]0;x\a");
	attempt->end = END_SIGNALLED;
	attempt->signal = 9;
	attempt->incomplete_why = mem_str("only the failed tests were selected");
	attempt->files.items[0].state = FILE_INCOMPLETE;
	attempt->files.items[0].error = mem_str("line 1: \033c");
	wait->target = mem_str("tcp://h\033[1m:1");
	wait->service = mem_str("h\033[1m:1");
	wait->probe = mem_str("tcp");
	wait->error = mem_str("no\nway");
	wait->limit_us = 60 * SECOND;
	return run;
}

static void test_hostile(void **state)
{
	CLEANUP(run_release) struct run run = hostile_run();
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);

	(void)state;
	show(&run, "disk \033[5mfull", &out);
	for (const char *at = buf_str(&out); *at; at++) {
		assert_true((unsigned char)*at >= ' ' || *at == '\n');
	}
	golden_check("summary.txt", &out);
}

static void test_json(void **state)
{
	CLEANUP(run_release) struct run run = hostile_run();
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);
	AUTO_JSON struct json *parsed = NULL;
	struct err err = ERR_INIT;
	const struct json *failure = NULL;

	(void)state;
	summary_json(&(struct summary_input){.run = &run, .not_recorded = "disk full"}, &out);
	assert_int_equal(json_parse(out.data, out.len, &parsed, &err), 0);
	failure = json_at(json_get(parsed, "failures"), 0);
	assert_string_equal(json_get_str(json_get(failure, "test"), "name"),
			    "a\033]0;x\a\n::error::b ##[group]c");
	golden_check("summary.json", &out);
}

static struct json *json_of(const struct run *run)
{
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);
	struct json *parsed = NULL;
	struct err err = ERR_INIT;

	summary_json(&(struct summary_input){.run = run}, &out);
	assert_int_equal(json_parse(out.data, out.len, &parsed, &err), 0);
	return parsed;
}

/* The class of each failure with what it rests on; null for an ordinary one. */
static void test_classes(void **state)
{
	static const char *const keys[] = {"subcode", "service", "endpoint", "rule", "evidence"};
	CLEANUP(run_release) struct run run = make_run(RUN_FAILED, 1);
	AUTO_JSON struct json *parsed = NULL;
	const struct json *shown = NULL;
	struct attempt *attempt = add_attempt(&run, 0);

	(void)state;
	add_failure(add_result(attempt, "a", OUTCOME_FAILED), NULL,
		    "it broke\nError: connect ECONNREFUSED ::1:80");
	add_failure(add_result(attempt, "b", OUTCOME_FAILED), NULL, "boom");
	add_result(attempt, "c", OUTCOME_FAILED);
	fill_failed(&run, RETRY_NOT_TRIED, 0);
	parsed = json_of(&run);
	shown = json_at(json_get(parsed, "failures"), 0);
	assert_string_equal(json_get_str(shown, "class"), "refused");
	assert_string_equal(json_get_str(shown, "subcode"), "ECONNREFUSED");
	assert_string_equal(json_get_str(shown, "endpoint"), "[::1]:80");
	assert_string_equal(json_get_str(shown, "service"), "[::1]:80");
	assert_string_equal(json_get_str(shown, "rule"), "refused");
	assert_string_equal(json_get_str(shown, "evidence"), "Error: connect ECONNREFUSED ::1:80");
	for (size_t i = 1; i < 3; i++) {
		shown = json_at(json_get(parsed, "failures"), i);
		assert_int_equal(json_kind(json_get(shown, "class")), JSON_KIND_NULL);
		for (size_t k = 0; k < ARRAY_LEN(keys); k++) {
			assert_non_null(json_get(shown, keys[k]));
			assert_int_equal(json_kind(json_get(shown, keys[k])), JSON_KIND_NULL);
		}
	}
}

/* Why it hung, the most telling first, and what the machine was like; whole in the JSON. */
static void test_hang(void **state)
{
	CLEANUP(run_release) struct run run = make_run(RUN_TIMEOUT, 124);
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);
	AUTO_JSON struct json *parsed = NULL;
	const struct json *shown = NULL;
	struct attempt *attempt = add_attempt(&run, 0);

	(void)state;
	attempt->end = END_TIMEOUT;
	attempt->conditions =
		(struct conditions){.cores = 2, .load_end = 7.1, .pressure = 0.6, .oom_kills = -1};
	attempt->autopsy = mem_str(
		"{\"schema\":\"steady.autopsy/1\",\"silent_ms\":41000,\"last_line\":\"go "
		"\\u001b[5m\","
		"\"findings\":[{\"sentence\":\"a waits\"},{\"sentence\":\"b waits\"},"
		"{\"sentence\":\"c waits\"},{\"sentence\":\"d waits\"}],\"caveats\":[\"late\"]}");
	assert_string_equal(show(&run, NULL, &out),
			    "steady: TIMED OUT  no test results · 1 attempt · 3.4 s · exit 124\n"
			    "  hung: a waits\n"
			    "  hung: b waits\n"
			    "  hung: c waits\n"
			    "  and 1 more, see the history\n"
			    "  its last line, 41.0 s before: go \\x1b[5m\n"
			    "  under load: 2 cores, load 7.1, CPU pressure 60%\n");
	parsed = json_of(&run);
	shown = json_at(json_get(parsed, "attempts"), 0);
	assert_int_equal(json_len(json_get(json_get(shown, "autopsy"), "findings")), 4);
	assert_true(json_truth(json_get(json_get(shown, "conditions"), "loaded")));
	assert_int_equal(json_kind(json_get(json_get(shown, "conditions"), "oom_kills")),
			 JSON_KIND_NULL);
}

/* Nothing seen is said; a damaged report and a failure that load does not explain say nothing. */
static void test_hang_unseen(void **state)
{
	CLEANUP(run_release) struct run run = make_run(RUN_FAILED, 1);
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);
	struct attempt *attempt = add_attempt(&run, 1);

	(void)state;
	attempt->conditions = (struct conditions){.cores = 2, .load_end = 7.1, .pressure = 0.6};
	attempt->autopsy =
		mem_str("{\"findings\":[],\"caveats\":[\"2 processes of another user\"]}");
	show(&run, NULL, &out);
	assert_non_null(strstr(buf_str(&out), "  hung, and why was not to be seen: 2 processes of "
					      "another user\n"));
	assert_null(strstr(buf_str(&out), "under load"));
	mem_replace(&attempt->autopsy, "{\"findings\":[");
	assert_null(strstr(show(&run, NULL, &out), "hung"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hostile),     cmocka_unit_test(test_json),
		cmocka_unit_test(test_classes),     cmocka_unit_test(test_hang),
		cmocka_unit_test(test_hang_unseen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
