/* SPDX-License-Identifier: Apache-2.0 */
#include "report/summary_run.h"

#include "report/explain.h"
#include "text/json.h"

static void explain(const struct run *run, size_t width, const size_t *alike, struct buf *out)
{
	buf_clear(out);
	explain_text(
		&(struct explain_input){
			.summary = {.run = run, .width = width},
			.alike = alike,
			.now_us = run->started_us + 7200 * SECOND,
		},
		out);
}

static void test_each_failure_is_told(void **state)
{
	CLEANUP(run_release) struct run run = make_run(RUN_FAILED, 1);
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);
	struct attempt *attempt = add_attempt(&run, 1);
	const size_t alike[] = {0, 1, 12};

	(void)state;
	add_passes(attempt, 1);
	add_failure(add_result(attempt, "odd", OUTCOME_FAILED), NULL, "boom");
	add_failure(add_result(attempt, "compares", OUTCOME_FAILED), "AssertionError", "1 != 2");
	add_failure(add_result(attempt, "loads", OUTCOME_ERROR), "OSError",
		    "connect ECONNREFUSED db:5432");
	fill_failed(&run, RETRY_NOT_TRIED, 0);
	run.failed.items[0].retry = RETRY_PASSED;
	run.failed.items[0].decided_by = 2;
	run.source.commit = mem_str("0123456789abcdef");
	run.source.dirty = true;
	explain(&run, 0, alike, &out);
	assert_string_equal(
		buf_str(&out),
		"steady: FAILED  4 tests: 1 passed, 2 failed, 1 flaky · 1 attempt · 3.4 s · exit "
		"1\n"
		"  run 0198c0ffee · job unit · 2 h ago · commit 0123456789 and changes\n"
		"  db:5432 refused connections: no wait names it; add --wait postgres://db:5432\n"
		"  FAILED  orders.Cart::compares: failed, not retried\n"
		"      AssertionError: 1 != 2\n"
		"      class: none, no rule matched (an assertion only speaks of such words)\n"
		"      looked at first: 1 != 2\n"
		"      signature: aaaaaaaaaaaaaaaa, seen in 1 other run\n"
		"  FAILED  orders.Cart::loads: failed, not retried\n"
		"      OSError: connect ECONNREFUSED db:5432\n"
		"      outcome: error, which is no failed assertion\n"
		"      class: refused (ECONNREFUSED)\n"
		"      service: db:5432\n"
		"      rule: refused, one of steady's\n"
		"      line: connect ECONNREFUSED db:5432\n"
		"      advice: nobody listens there: add or lengthen a wait\n"
		"      signature: aaaaaaaaaaaaaaaa, seen in 12 other runs\n"
		"  FLAKY   orders.Cart::odd: failed, then passed on attempt 2\n"
		"      boom\n"
		"      class: none, no rule matched\n"
		"      looked at first: boom\n"
		"      signature: aaaaaaaaaaaaaaaa, seen in no other run\n");
}

static void test_lines_are_wrapped_and_escaped(void **state)
{
	CLEANUP(run_release) struct run run = make_run(RUN_FAILED, 1);
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);
	const size_t alike[] = {0};

	(void)state;
	add_failure(add_result(add_attempt(&run, 1), "odd", OUTCOME_FAILED), NULL,
		    "a long story of a \033[2J terminal that is narrow");
	fill_failed(&run, RETRY_NOT_TRIED, 0);
	explain(&run, 40, alike, &out);
	assert_non_null(strstr(buf_str(&out), "      looked at first: a long story of a\n"
					      "        terminal that is narrow\n"));
	assert_null(strchr(buf_str(&out), '\033'));
}

static void test_only_so_many(void **state)
{
	CLEANUP(run_release) struct run run = make_run(RUN_FAILED, 1);
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);
	struct attempt *attempt = add_attempt(&run, 1);
	const size_t alike[60] = {0};

	(void)state;
	for (int i = 0; i < 60; i++) {
		AUTO_FREE char *name = mem_fmt("odd_%02d", i);

		add_result(attempt, name, OUTCOME_FAILED);
	}
	fill_failed(&run, RETRY_NOT_TRIED, 0);
	explain(&run, 0, alike, &out);
	assert_non_null(strstr(buf_str(&out), "odd_49"));
	assert_null(strstr(buf_str(&out), "odd_50"));
	assert_non_null(strstr(buf_str(&out), "  … and 10 more\n"));
}

static void test_imports_and_runs_without_failures(void **state)
{
	CLEANUP(run_release) struct run run = make_run(RUN_PASSED, 0);
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);
	AUTO_JSON struct json *told = NULL;
	struct err err = ERR_INIT;

	(void)state;
	add_passes(add_attempt(&run, 0), 1);
	run.imported = true;
	run.duration_us = -1;
	mem_replace(&run.variant, "os=linux");
	explain(&run, 0, NULL, &out);
	assert_string_equal(buf_str(&out), "steady: PASSED  1 test: 1 passed · 1 attempt\n"
					   "  import 0198c0ffee · job unit (os=linux) · 2 h ago\n"
					   "  no failed test: nothing to explain\n");
	buf_clear(&out);
	explain_json(&(struct explain_input){.summary = {.run = &run}}, &out);
	assert_int_equal(json_parse(buf_str(&out), out.len, &told, &err), 0);
	assert_int_equal(json_kind(json_get(told, "exit_code")), JSON_KIND_NULL);
	assert_int_equal(json_kind(json_get(told, "duration_s")), JSON_KIND_NULL);
	assert_int_equal(json_len(json_get(told, "failures")), 0);
	assert_string_equal(json_get_str(told, "schema"), "steady.explain/1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_failure_is_told),
		cmocka_unit_test(test_lines_are_wrapped_and_escaped),
		cmocka_unit_test(test_only_so_many),
		cmocka_unit_test(test_imports_and_runs_without_failures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
