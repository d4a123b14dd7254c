/* SPDX-License-Identifier: Apache-2.0 */
#include "report/summary_run.h"

static void test_passed_is_one_line(void **state)
{
	CLEANUP(run_release) struct run run = make_run(RUN_PASSED, 0);
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);
	struct attempt *attempt = add_attempt(&run, 0);
	struct wait *wait = VEC_PUSH(&run.waits);

	(void)state;
	add_passes(attempt, 22);
	add_result(attempt, "later", OUTCOME_SKIPPED);
	wait_init(wait);
	wait->ready = true;
	wait->duration_us = 50 * SECOND;
	assert_string_equal(show(&run, NULL, &out),
			    "steady: PASSED  23 tests: 22 passed, 1 skipped "
			    "· 1 attempt · 3.4 s · exit 0\n");
}

/* Tries that the file itself reports are neither hidden nor called a pass. */
static void test_flaky_inside_the_file(void **state)
{
	CLEANUP(run_release) struct run run = make_run(RUN_FLAKY, 0);
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);
	struct attempt *attempt = add_attempt(&run, 0);
	struct result *flaky = NULL;

	(void)state;
	add_passes(attempt, 2);
	flaky = add_result(attempt, "late", OUTCOME_PASSED);
	flaky->failed_tries = 2;
	add_failure(flaky, NULL, "not yet");
	assert_string_equal(
		show(&run, NULL, &out),
		"steady: FLAKY  3 tests: 2 passed, 1 flaky · 1 attempt · 3.4 s · exit 0\n"
		"  FLAKY   orders.Cart::late: failed 2 times and then passed on the "
		"framework's own retry\n"
		"      not yet\n");
}

static void test_flaky(void **state)
{
	CLEANUP(run_release) struct run run = make_run(RUN_FLAKY, 0);
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);
	struct attempt *attempt = add_attempt(&run, 1);

	(void)state;
	add_passes(attempt, 22);
	add_result(attempt, "later", OUTCOME_SKIPPED);
	add_failure(add_result(attempt, "two buyers", OUTCOME_FAILED), "AssertionError",
		    "expected 3\nbut was 2");
	fill_failed(&run, RETRY_PASSED, 2);
	add_result(add_attempt(&run, 0), "two buyers", OUTCOME_PASSED);
	assert_string_equal(show(&run, NULL, &out),
			    "steady: FLAKY  24 tests: 22 passed, 1 flaky, 1 skipped · 2 attempts · "
			    "3.4 s · exit 0\n"
			    "  FLAKY   orders.Cart::two buyers: failed, then passed on attempt 2\n"
			    "      AssertionError: expected 3\n"
			    "  next: steady show 'orders.Cart::two buyers'\n");
}

static void test_retry_words(void **state)
{
	static const struct {
		enum retry_verdict retry;
		int decided_by;
		const char *want;
	} rows[] = {
		{RETRY_PASSED, 3, "failed, then passed on attempt 3"},
		{RETRY_FAILED_AGAIN, 2, "failed 2 of 3 attempts, not seen on attempt 3"},
		{RETRY_NOT_SEEN, 3, "failed; not seen on the retry, so it stays failed"},
		{RETRY_SKIPPED, 2, "failed; skipped on the retry, so it stays failed"},
		{RETRY_NOT_TRIED, 0, "failed, not retried"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(run_release) struct run run = make_run(RUN_FAILED, 1);
		CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);
		AUTO_FREE char *want =
			mem_fmt("\n  %s  orders.Cart::t: %s\n",
				rows[i].retry == RETRY_PASSED ? "FLAKY " : "FAILED", rows[i].want);
		struct attempt *attempt = add_attempt(&run, 1);

		/* Twice in one attempt is one attempt. */
		add_result(attempt, "t", OUTCOME_FAILED);
		fill_failed(&run, rows[i].retry, rows[i].decided_by);
		attempt = add_attempt(&run, 1);
		add_result(attempt, "t", OUTCOME_ERROR);
		add_result(attempt, "t", OUTCOME_FAILED);
		add_attempt(&run, 1);
		if (!strstr(show(&run, NULL, &out), want)) {
			fail_msg("no \"%s\" in:\n%s", want, buf_str(&out));
		}
	}
}

/* A pass that cannot count is told as what it is. */
static void test_unclean_pass(void **state)
{
	CLEANUP(run_release) struct run run = make_run(RUN_FAILED, 1);
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);

	(void)state;
	add_result(add_attempt(&run, 1), "t", OUTCOME_FAILED);
	fill_failed(&run, RETRY_NOT_SEEN, 2);
	add_result(add_attempt(&run, 3), "t", OUTCOME_PASSED);
	assert_non_null(strstr(show(&run, NULL, &out),
			       "orders.Cart::t: failed; passed on attempt 2, which did not end "
			       "cleanly, so it stays failed\n"));
}

/* A test that only a retry failed is named once, with the first attempt in which it did. */
static void test_later_failures(void **state)
{
	CLEANUP(run_release) struct run run = make_run(RUN_FAILED, 1);
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);
	struct attempt *attempt = add_attempt(&run, 1);

	(void)state;
	add_result(attempt, "t", OUTCOME_FAILED);
	add_result(attempt, "other", OUTCOME_PASSED);
	fill_failed(&run, RETRY_FAILED_AGAIN, 3);
	for (int i = 2; i <= 3; i++) {
		attempt = add_attempt(&run, 1);
		add_result(attempt, "t", OUTCOME_FAILED);
		add_failure(add_result(attempt, "other", OUTCOME_ERROR), "IOError", "disk gone");
	}
	assert_non_null(
		strstr(show(&run, NULL, &out),
		       "  FAILED  orders.Cart::t: failed 3 of 3 attempts\n"
		       "  FAILED  orders.Cart::other: not on the first attempt, but on attempt 2\n"
		       "      IOError: disk gone\n"
		       "  next: "));
}

static void test_outcome_words(void **state)
{
	static const struct {
		enum run_outcome outcome;
		const char *want;
	} rows[] = {
		{RUN_PASSED, "steady: PASSED  "},
		{RUN_FLAKY, "steady: FLAKY  "},
		{RUN_FAILED, "steady: FAILED  "},
		{RUN_TIMEOUT, "steady: TIMED OUT  "},
		{RUN_TEARDOWN_HANG, "steady: HUNG AFTER THE TESTS  "},
		{RUN_NOT_READY, "steady: NOT READY  "},
		{RUN_CRASHED, "steady: CRASHED  "},
		{RUN_CANCELLED, "steady: CANCELLED  "},
		{RUN_NO_RESULTS, "steady: NO RESULTS  "},
		{RUN_ERROR, "steady: ERROR IN STEADY  "},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(run_release) struct run run = make_run(rows[i].outcome, 7);
		CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);

		show(&run, NULL, &out);
		assert_true(str_starts(buf_str(&out), rows[i].want));
		assert_true(str_ends(buf_str(&out), "not started · 3.4 s · exit 7\n"));
	}
}

/* Only a signal is called a crash; and who passed again in a run that failed is not called flaky. */
static void test_failed_without_a_failed_test(void **state)
{
	CLEANUP(run_release) struct run crashed = make_run(RUN_CRASHED, 3);
	CLEANUP(run_release) struct run failed = make_run(RUN_FAILED, 1);
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);
	struct attempt *attempt = add_attempt(&crashed, 3);

	(void)state;
	assert_true(str_starts(show(&crashed, NULL, &out), "steady: FAILED  no test results "));
	attempt->end = END_SIGNALLED;
	buf_clear(&out);
	assert_true(str_starts(show(&crashed, NULL, &out), "steady: CRASHED  no test results "));
	add_failure(add_result(add_attempt(&failed, 1), "late", OUTCOME_FAILED), NULL, "not yet");
	fill_failed(&failed, RETRY_PASSED, 2);
	buf_clear(&out);
	assert_true(str_starts(show(&failed, NULL, &out),
			       "steady: FAILED  1 test: 1 failed and then passed · "));
}

static void test_no_results(void **state)
{
	CLEANUP(run_release) struct run run = make_run(RUN_NO_RESULTS, 66);
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);

	(void)state;
	add_attempt(&run, 0);
	run.because = mem_str("No file matched out/*.xml after the command ended.");
	assert_string_equal(show(&run, NULL, &out),
			    "steady: NO RESULTS  no test results · 1 attempt · 3.4 s · exit 66\n"
			    "  No file matched out/*.xml after the command ended.\n");
}

static void test_failed_waits(void **state)
{
	CLEANUP(run_release) struct run run = make_run(RUN_NOT_READY, 69);
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);

	(void)state;
	for (int i = 0; i < 14; i++) {
		struct wait *wait = VEC_PUSH(&run.waits);

		wait_init(wait);
		wait->service = mem_fmt("127.0.0.1:%d", 5432 + i);
		wait->stage = mem_str("protocol");
		wait->owner = i == 0 ? mem_str("redis-server (pid 412)") : NULL;
		wait->passed_us[STAGE_LISTEN] = wait->passed_us[STAGE_CONNECT] = SECOND;
		wait->last_seen_us = 29 * SECOND;
		wait->error = mem_str("connection refused");
		wait->attempts = 57;
		wait->duration_us = 30 * SECOND;
		wait->ready = i == 1;
		wait->cancelled = i == 2;
		wait->past.waits = i == 3 ? 9 : 0;
		wait->past.ready = i == 3 ? 8 : 0;
		wait->past.median_us = SECOND;
		wait->past.longest_us = 2 * SECOND;
	}
	show(&run, NULL, &out);
	assert_true(str_starts(
		buf_str(&out),
		"steady: NOT READY  127.0.0.1:5432: connection refused "
		"(redis-server (pid 412) listens there), and 11 more · not started · 3.4 s · "
		"exit 69\n"
		"  127.0.0.1:5432 not ready after 30.0 s: connection refused (57 "
		"attempts)\n"
		"      listen after 1.0 s, connect after 1.0 s, never past protocol · "
		"last seen after 29.0 s ·\n"
		"        redis-server (pid 412) listens there\n"
		"  127.0.0.1:5435 not ready"));
	assert_non_null(strstr(buf_str(&out), "last seen after 29.0 s ·\n        earlier ready "
					      "after 1.0 s in the median, 2.0 s at most\n"));
	assert_true(str_ends(buf_str(&out), "\n  … and 2 more\n"));
}

#define FLAPS 1000

/* The first line tells one that is late from one that never was there, and one that comes and goes. */
static void test_earlier_waits(void **state)
{
	static const struct {
		size_t waits, ready;
		const char *said;
	} rows[] = {
		{0, 0, "connection refused · not started"},
		{1, 1, "connection refused, ready after 1.0 s in 1 of 1 earlier wait · not"},
		{9, 8, "connection refused, ready after 1.0 s in 8 of 9 earlier waits · not"},
		{9, 0, "connection refused, nor was it ready in 9 earlier waits · not"},
		{0, FLAPS, "db:1: it flaps, and was ready and then not 3 times · not started"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(run_release) struct run run = make_run(RUN_NOT_READY, 69);
		CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);
		struct wait *wait = VEC_PUSH(&run.waits);

		wait_init(wait);
		wait->service = mem_str("db:1");
		wait->error = mem_str("connection refused");
		if (rows[i].ready == FLAPS) {
			wait->losses = 3;
		} else {
			wait->past =
				(struct wait_past){rows[i].waits, rows[i].ready, SECOND, SECOND};
		}
		assert_non_null(strstr(show(&run, NULL, &out), rows[i].said));
	}
}

/* Tests that failed with a service are not called flaky; the first line tells which one it was. */
static void test_service_down(void **state)
{
	CLEANUP(run_release) struct run run = make_run(RUN_FLAKY, 0);
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);

	(void)state;
	add_attempt(&run, 1);
	add_passes(&run.attempts.items[0], 2);
	add_failure(add_result(&run.attempts.items[0], "saves", OUTCOME_FAILED), NULL,
		    "connect ECONNREFUSED 127.0.0.1:5432");
	fill_failed(&run, RETRY_PASSED, 2);
	run.failed.items[0].service = mem_str("127.0.0.1:5432");
	*VEC_PUSH(&run.events) = (struct service_event){
		.service = mem_str("127.0.0.1:5432"),
		.at_us = run.attempts.items[0].started_us + 2 * SECOND,
		.detail = mem_str("nobody listens there"),
	};
	add_attempt(&run, 0);
	assert_string_equal(
		show(&run, NULL, &out),
		"steady: SERVICE DOWN  127.0.0.1:5432 went down (1 of 1 failures) · 3 tests: 2 "
		"passed, "
		"1 failed with a service · 2 attempts · 3.4 s · exit 0\n"
		"  127.0.0.1:5432 went down: 2026-11-18T11:06:42Z, 2.0 s after the command "
		"started: nobody listens\n"
		"    there; it did not come back\n"
		"  SERVICE  orders.Cart::saves: failed with 127.0.0.1:5432, then passed on "
		"attempt 2\n"
		"      connect ECONNREFUSED 127.0.0.1:5432\n"
		"      refused 127.0.0.1:5432 · it was ready, and went down while the command ran\n"
		"  next: steady show orders.Cart::saves\n");
}

/* One that comes back and goes again is told once, with how often. */
static void test_service_flaps(void **state)
{
	CLEANUP(run_release) struct run run = make_run(RUN_FAILED, 1);
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);

	(void)state;
	add_attempt(&run, 1);
	add_failure(add_result(&run.attempts.items[0], "saves", OUTCOME_FAILED), NULL,
		    "connect ECONNREFUSED 127.0.0.1:5432");
	fill_failed(&run, RETRY_NOT_TRIED, 0);
	run.failed.items[0].service = mem_str("127.0.0.1:5432");
	for (int i = 0; i < 6; i++) {
		*VEC_PUSH(&run.events) = (struct service_event){
			.service = mem_str("127.0.0.1:5432"),
			.change = i % 2 ? SERVICE_UP : SERVICE_DOWN,
			.at_us = run.attempts.items[0].started_us + (i + 2) * SECOND,
		};
	}
	assert_true(str_starts(show(&run, NULL, &out),
			       "steady: FAILED  127.0.0.1:5432 went down 3 times (1 of 1 "
			       "failures) · 1 test: 1 failed with a service · 1 attempt · 3.4 s · "
			       "exit 1\n"
			       "  127.0.0.1:5432 went down 3 times: first 2026-11-18T11:06:42Z, "
			       "2.0 s after the command started;\n"
			       "    back after 1.0 s\n"));
}

static void test_file_trouble(void **state)
{
	CLEANUP(run_release) struct run run = make_run(RUN_FAILED, 1);
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);
	struct results_file *file = add_attempt(&run, 1)->files.items;

	(void)state;
	file->suite_errors = 2;
	file->first_suite_error = mem_str("ImportError: no module named cart");
	file = add_attempt(&run, 1)->files.items;
	file->state = FILE_REFUSED;
	file->error = mem_str("line 3: DOCTYPE is not allowed");
	file = add_attempt(&run, 1)->files.items;
	file->state = FILE_INCOMPLETE;
	file->error = mem_str("line 9: the file ends inside <testcase>");
	file = add_attempt(&run, 1)->files.items;
	file->unshown_tests = 2;
	file->unshown_failures = 1;
	assert_string_equal(
		show(&run, NULL, &out),
		"steady: FAILED  no test results · 4 attempts · 3.4 s · exit 1\n"
		"  results-1.xml: 2 errors outside of any test: ImportError: no module named cart\n"
		"  attempt 2: results-2.xml is refused: line 3: DOCTYPE is not allowed\n"
		"  attempt 3: results-3.xml is incomplete: line 9: the file ends inside "
		"<testcase>\n"
		"  attempt 4: results-4.xml: its totals claim 1 failure more than it shows\n");
}

/* What stays failed stands before the flaky ones, and ten are enough. */
static void test_many_failures(void **state)
{
	CLEANUP(run_release) struct run run = make_run(RUN_FAILED, 1);
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);
	struct attempt *attempt = add_attempt(&run, 1);

	(void)state;
	for (int i = 0; i < 13; i++) {
		AUTO_FREE char *name = mem_fmt("t%d", i);

		add_result(attempt, name, OUTCOME_FAILED);
	}
	fill_failed(&run, RETRY_PASSED, 2);
	run.failed.items[12].retry = RETRY_NOT_TRIED;
	show(&run, NULL, &out);
	assert_true(str_starts(buf_str(&out), "steady: FAILED  13 tests: 1 failed, 12 flaky · "
					      "1 attempt · 3.4 s · exit 1\n"
					      "  FAILED  orders.Cart::t12: failed, not retried\n"
					      "  FLAKY   orders.Cart::t0: "));
	assert_true(str_ends(buf_str(&out), "  FLAKY   orders.Cart::t8: failed, then passed on "
					    "attempt 2\n"
					    "  … and 3 more\n"
					    "  next: steady show orders.Cart::t12\n"));
}

static void test_not_recorded(void **state)
{
	CLEANUP(run_release) struct run run = make_run(RUN_FAILED, 1);
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);

	(void)state;
	add_result(add_attempt(&run, 1), "t", OUTCOME_FAILED);
	fill_failed(&run, RETRY_NOT_TRIED, 0);
	/* There is nothing to show about a test that nobody wrote down. */
	assert_true(str_ends(show(&run, "the history is read-only", &out),
			     "failed, not retried\n  not recorded: the history is read-only\n"));
}

struct failure_row {
	const char *type, *message, *text;
	const char *want;
};

static const struct failure_row failure_rows[] = {
	{"ValueError", "too big", NULL, "ValueError: too big\n"},
	{"ValueError", "ValueError: big", NULL, "ValueError: big\n"},
	{"ValueError", NULL, NULL, "ValueError\n"},
	{NULL, "too big", NULL, "too big\n"},
	{"", "", "\n\n  no answer\nat y", "no answer\n"},
	{"", "g.cc:5\nExpected equality\n  p", NULL, "Expected equality\n"},
	{"", "Failed", "=== RUN\nnot equal\n--- FAIL: T", "not equal\n"},
	{NULL, "a\033[31mb\tc\r\nd", NULL, "ab\\tc\n"},
	{NULL, "::x ##[y]", NULL, "\\x3a:x \\x23#[y]\n"},
};

static void test_failure_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(failure_rows); i++) {
		const struct failure_row *row = &failure_rows[i];
		AUTO_FREE char *want = mem_fmt("not retried\n      %s", row->want);
		CLEANUP(run_release) struct run run = make_run(RUN_FAILED, 1);
		CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);
		struct result *result = add_result(add_attempt(&run, 1), "t", OUTCOME_FAILED);

		add_failure(result, row->type, row->message);
		result->failure->text = mem_str(row->text);
		fill_failed(&run, RETRY_NOT_TRIED, 0);
		if (!strstr(show(&run, NULL, &out), want)) {
			fail_msg("no \"%s\" in:\n%s", want, buf_str(&out));
		}
	}
}

/* What its text tells of the cause, on a line of its own; nothing of an ordinary failure. */
static void test_class_lines(void **state)
{
	static const struct {
		const char *message, *want;
	} class_rows[] = {
		{"connect ECONNREFUSED ::1:80", "ECONNREFUSED ::1:80\n      refused [::1]:80 · "
						"nobody listens there: add or lengthen a "
						"wait\n  next: "},
		{"database is locked", "locked\n      concurrency · a race or a lock: isolate or "
				       "serialise\n  next: "},
		{"getaddrinfo EAI_AGAIN a\033[1mb", "ab\n      dns ab · "},
		{"boom", "boom\n  next: "},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(class_rows); i++) {
		CLEANUP(run_release) struct run run = make_run(RUN_FAILED, 1);
		CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);
		struct result *result = add_result(add_attempt(&run, 1), "t", OUTCOME_FAILED);

		add_failure(result, NULL, class_rows[i].message);
		fill_failed(&run, RETRY_NOT_TRIED, 0);
		if (!strstr(show(&run, NULL, &out), class_rows[i].want)) {
			fail_msg("no \"%s\" in:\n%s", class_rows[i].want, buf_str(&out));
		}
	}
}

/* A failure that says nothing has no line. */
static void test_silent_failure(void **state)
{
	CLEANUP(run_release) struct run run = make_run(RUN_FAILED, 1);
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);

	(void)state;
	add_result(add_attempt(&run, 1), "t", OUTCOME_FAILED);
	fill_failed(&run, RETRY_NOT_TRIED, 0);
	assert_non_null(strstr(show(&run, NULL, &out), "not retried\n  next: "));
}

static void test_colour(void **state)
{
	CLEANUP(run_release) struct run run = make_run(RUN_PASSED, 0);
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);

	(void)state;
	summary_text(&(struct summary_input){.run = &run, .colour = true}, &out);
	assert_true(str_starts(buf_str(&out), "steady: \033[1;32mPASSED\033[0m  "));
}

/* Names of any length end somewhere, and the verdict is still there. */
static void test_long_name(void **state)
{
	CLEANUP(run_release) struct run run = make_run(RUN_FAILED, 1);
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);
	AUTO_FREE char *name = mem_alloc(100001);

	(void)state;
	memset(name, 'n', 100000);
	add_failure(add_result(add_attempt(&run, 1), name, OUTCOME_FAILED), name, name);
	fill_failed(&run, RETRY_NOT_TRIED, 0);
	show(&run, NULL, &out);
	assert_true(out.len < 600);
	assert_non_null(strstr(buf_str(&out), "nnn…: failed, not retried\n"));
}

static void add_leak(struct attempt *attempt, const char *command, bool unended)
{
	*VEC_PUSH(&attempt->leaks) = (struct attempt_leak){
		.name = mem_str(command), .command = mem_str(command), .unended = unended};
}

/* What could not be ended is not said to have been. */
static void test_left_running(void **state)
{
	CLEANUP(run_release) struct run run = make_run(RUN_PASSED, 0);
	CLEANUP(buf_release) struct buf out = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf json = BUF_INIT(BUF_OWN_MAX);
	struct attempt *attempt = add_attempt(&run, 0);

	(void)state;
	add_leak(attempt, "sleep 9", false);
	add_leak(attempt, "su root", true);
	add_leak(attempt, "sleep 9", false);
	show(&run, NULL, &out);
	assert_non_null(strstr(buf_str(&out), "  left running and ended: sleep 9 (2×); left "
					      "running, and could not be ended: su root\n"));
	summary_json(&(struct summary_input){.run = &run}, &json);
	assert_non_null(strstr(buf_str(&json), "\"ended\": false"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_passed_is_one_line),
		cmocka_unit_test(test_class_lines),
		cmocka_unit_test(test_flaky_inside_the_file),
		cmocka_unit_test(test_flaky),
		cmocka_unit_test(test_retry_words),
		cmocka_unit_test(test_unclean_pass),
		cmocka_unit_test(test_later_failures),
		cmocka_unit_test(test_outcome_words),
		cmocka_unit_test(test_failed_without_a_failed_test),
		cmocka_unit_test(test_no_results),
		cmocka_unit_test(test_failed_waits),
		cmocka_unit_test(test_earlier_waits),
		cmocka_unit_test(test_service_down),
		cmocka_unit_test(test_service_flaps),
		cmocka_unit_test(test_file_trouble),
		cmocka_unit_test(test_many_failures),
		cmocka_unit_test(test_left_running),
		cmocka_unit_test(test_not_recorded),
		cmocka_unit_test(test_failure_lines),
		cmocka_unit_test(test_silent_failure),
		cmocka_unit_test(test_colour),
		cmocka_unit_test(test_long_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
