/* SPDX-License-Identifier: Apache-2.0 */
#include "run/attempts.h"

struct run_row {
	const char *comment;
	struct attempt_row attempts[4]; /* up to one that did not end */
	unsigned needs;
	int tests_failed_code;
	enum flaky_policy flaky;
	bool promised;
	enum run_outcome outcome;
	int exit_code;
	const char *retries; /* per failed test: P passed, F failed-again, N not-seen, S, - */
};

/* needs, tests_failed_code, flaky, promised */
#define USUAL   0, 1, FLAKY_WARN, true
#define STRICT  0, 1, FLAKY_FAIL, true
#define DOUBTED NEEDS_WHOLE, 1, FLAKY_WARN, true
#define UNKNOWN 0, -1, FLAKY_WARN, true
#define NOVEL_B NEEDS_OTHERS | KNOWS_A, 1, FLAKY_WARN, true
#define NOVEL   NEEDS_OTHERS, 1, FLAKY_WARN, true
#define WHOLLY  NEEDS_WHOLE, -1, FLAKY_WARN, true

static const struct run_row rows[] = {
	{"all pass", {{WHOLE, 0, "PPP", 0, 0}}, USUAL, RUN_PASSED, 0, ""},
	{"failed, not retried", {{WHOLE, 1, "PFP", 0, 0}}, USUAL, RUN_FAILED, 1, "-"},
	{"verified retry",
	 {{WHOLE, 1, "PFP", 0, 0}, {PART, 0, "-P", 0, 0}},
	 USUAL,
	 RUN_FLAKY,
	 0,
	 "P"},
	{"verified retry, policy fail",
	 {{WHOLE, 1, "PFP", 0, 0}, {PART, 0, "-P", 0, 0}},
	 STRICT,
	 RUN_FLAKY,
	 75,
	 "P"},
	{"retry selected nothing and exits 0",
	 {{WHOLE, 1, "PF", 0, 0}, {PART, 0, "", 0, 0}},
	 USUAL,
	 RUN_FAILED,
	 1,
	 "N"},
	{"retry wrote no file",
	 {{WHOLE, 1, "PF", 0, 0}, {PART, 0, NULL, 0, 0}},
	 USUAL,
	 RUN_FAILED,
	 1,
	 "N"},
	{"retry ran another test",
	 {{WHOLE, 1, "PF", 0, 0}, {PART, 0, "P-", 0, 0}},
	 USUAL,
	 RUN_FAILED,
	 1,
	 "N"},
	{"skipped on the retry",
	 {{WHOLE, 1, "PF", 0, 0}, {PART, 0, "-S", 0, 0}},
	 USUAL,
	 RUN_FAILED,
	 1,
	 "S"},
	{"retry passed but died",
	 {{WHOLE, 1, "PF", 0, 0}, {SCOPE_SELECTED, END_SIGNALLED, -1, "-P", 0, 0}},
	 USUAL,
	 RUN_FAILED,
	 1,
	 "N"},
	{"retry passed but timed out",
	 {{WHOLE, 1, "PF", 0, 0}, {SCOPE_SELECTED, END_TIMEOUT, 0, "-P", 0, 0}},
	 USUAL,
	 RUN_FAILED,
	 1,
	 "N"},
	{"retry passed, exit 1 without a failure",
	 {{WHOLE, 1, "PF", 0, 0}, {PART, 1, "-P", 0, 0}},
	 USUAL,
	 RUN_FAILED,
	 1,
	 "N"},
	{"retry passed, strange exit code",
	 {{WHOLE, 1, "FF", 0, 0}, {PART, 3, "PF", 0, 0}},
	 USUAL,
	 RUN_FAILED,
	 1,
	 "NF"},
	{"retry passed, its file is cut",
	 {{WHOLE, 1, "PF", 0, 0}, {PART, 0, "-P", 0, FILE_INCOMPLETE}},
	 USUAL,
	 RUN_FAILED,
	 1,
	 "N"},
	{"retry passed with a suite error",
	 {{WHOLE, 1, "PF", 0, 0}, {PART, 0, "-P", 1, 0}},
	 USUAL,
	 RUN_FAILED,
	 1,
	 "N"},
	{"the retry fails where the first attempt did not",
	 {{WHOLE, 1, "PF", 0, 0}, {PART, 1, "FP", 0, 0}},
	 USUAL,
	 RUN_FAILED,
	 1,
	 "N"},
	{"one after the other",
	 {{WHOLE, 1, "FFP", 0, 0}, {PART, 1, "PF", 0, 0}, {PART, 0, "-P", 0, 0}},
	 USUAL,
	 RUN_FLAKY,
	 0,
	 "PP"},
	{"one stays red",
	 {{WHOLE, 1, "FFP", 0, 0}, {PART, 1, "PF", 0, 0}, {PART, 1, "-F", 0, 0}},
	 USUAL,
	 RUN_FAILED,
	 1,
	 "PF"},
	{"incomplete first attempt: selected pass is not enough",
	 {{WHOLE, 1, "PF", 0, 0}, {PART, 0, "-P", 0, 0}},
	 DOUBTED,
	 RUN_FAILED,
	 1,
	 "P"},
	{"passes alone, fails again with the others",
	 {{WHOLE, 1, "PF", 0, 0}, {PART, 0, "-P", 0, 0}, {WHOLE, 1, "PF", 0, 0}},
	 DOUBTED,
	 RUN_FAILED,
	 1,
	 "F"},
	{"incomplete first attempt: clean whole run is",
	 {{WHOLE, 1, "PF", 0, 0}, {PART, 0, "-P", 0, 0}, {WHOLE, 0, "PPP", 0, 0}},
	 DOUBTED,
	 RUN_FLAKY,
	 0,
	 "P"},
	{"whole run with a new failure, though the first attempt was complete",
	 {{WHOLE, 1, "FP", 0, 0}, {WHOLE, 1, "PF", 0, 0}},
	 USUAL,
	 RUN_FAILED,
	 1,
	 "N"},
	{"whole run that exits 1 for another test",
	 {{WHOLE, 1, "PF", 0, 0}, {WHOLE, 1, "FP", 0, 0}},
	 WHOLLY,
	 RUN_FAILED,
	 1,
	 "N"},
	{"whole run without the failed test",
	 {{WHOLE, 1, "PF", 0, 0}, {WHOLE, 0, "P-", 0, 0}},
	 WHOLLY,
	 RUN_FAILED,
	 1,
	 "N"},
	{"whole run that left out a test which had passed",
	 {{WHOLE, 1, "PF", 0, 0}, {WHOLE, 0, "-P", 0, 0}},
	 WHOLLY,
	 RUN_FAILED,
	 1,
	 "P"},
	{"nobody knows it as flaky, and it passes alone",
	 {{WHOLE, 1, "PF", 0, 0}, {PART, 0, "-P", 0, 0}},
	 NOVEL,
	 RUN_FAILED,
	 1,
	 "P"},
	{"and with all others",
	 {{WHOLE, 1, "PF", 0, 0}, {PART, 0, "-P", 0, 0}, {WHOLE, 0, "PP", 0, 0}},
	 NOVEL,
	 RUN_FLAKY,
	 0,
	 "P"},
	{"and with all others, of which one fails that had passed",
	 {{WHOLE, 1, "PF", 0, 0}, {PART, 0, "-P", 0, 0}, {WHOLE, 1, "FP", 0, 0}},
	 NOVEL,
	 RUN_FAILED,
	 1,
	 "P"},
	{"and with all others, of which one fails that is known to be flaky",
	 {{WHOLE, 1, "PF", 0, 0}, {PART, 0, "-P", 0, 0}, {WHOLE, 1, "FP", 0, 0}},
	 NOVEL_B,
	 RUN_FLAKY,
	 0,
	 "P"},
	{"and with all others, of which one skips itself now",
	 {{WHOLE, 1, "PF", 0, 0}, {PART, 0, "-P", 0, 0}, {WHOLE, 0, "SP", 0, 0}},
	 NOVEL,
	 RUN_FAILED,
	 1,
	 "P"},
	{"and with all others, of which one is missing",
	 {{WHOLE, 1, "PF", 0, 0}, {PART, 0, "-P", 0, 0}, {WHOLE, 0, "-P", 0, 0}},
	 NOVEL,
	 RUN_FAILED,
	 1,
	 "P"},
	{"a green whole run in which one skips itself that ran",
	 {{WHOLE, 1, "PF", 0, 0}, {WHOLE, 0, "SP", 0, 0}},
	 WHOLLY,
	 RUN_FAILED,
	 1,
	 "P"},
	{"and with all others, of which one fails that had been skipped",
	 {{WHOLE, 1, "SF", 0, 0}, {PART, 0, "-P", 0, 0}, {WHOLE, 1, "FP", 0, 0}},
	 NOVEL,
	 RUN_FAILED,
	 1,
	 "P"},
	{"and of these it is known to be flaky",
	 {{WHOLE, 1, "SF", 0, 0}, {PART, 0, "-P", 0, 0}, {WHOLE, 1, "FP", 0, 0}},
	 NOVEL_B,
	 RUN_FAILED,
	 1,
	 "P"},
	{"and with all others, but one of two only in a run that lacks another",
	 {{WHOLE, 1, "PFF", 0, 0}, {WHOLE, 1, "PPF", 0, 0}, {WHOLE, 0, "-PP", 0, 0}},
	 NOVEL,
	 RUN_FAILED,
	 1,
	 "PP"},
	{"and with all others, in a run that ended for another reason",
	 {{WHOLE, 1, "PF", 0, 0}, {PART, 0, "-P", 0, 0}, {WHOLE, 3, "FP", 0, 0}},
	 NOVEL,
	 RUN_FAILED,
	 1,
	 "P"},
	{"and fails again with all others",
	 {{WHOLE, 1, "PF", 0, 0}, {PART, 0, "-P", 0, 0}, {WHOLE, 1, "PF", 0, 0}},
	 NOVEL,
	 RUN_FAILED,
	 1,
	 "F"},
	{"an error counts like a failure",
	 {{WHOLE, 1, "PE", 0, 0}, {PART, 0, "-P", 0, 0}},
	 USUAL,
	 RUN_FLAKY,
	 0,
	 "P"},
	{"timed out", {{SCOPE_WHOLE, END_TIMEOUT, 0, "PP", 0, 0}}, USUAL, RUN_TIMEOUT, 124, ""},
	{"died by a signal",
	 {{SCOPE_WHOLE, END_SIGNALLED, -1, NULL, 0, 0}},
	 0,
	 1,
	 FLAKY_WARN,
	 false,
	 RUN_CRASHED,
	 128 + SIGSEGV,
	 ""},
	{"failed without a failed test", {{WHOLE, 3, "PP", 0, 0}}, USUAL, RUN_CRASHED, 3, ""},
	{"exit 0 with a failure inside", {{WHOLE, 0, "PF", 0, 0}}, USUAL, RUN_FAILED, 1, "-"},
	{"exit 0 with a suite error", {{WHOLE, 0, "PP", 1, 0}}, USUAL, RUN_FAILED, 1, ""},
	{"exit 0, promised results never came",
	 {{WHOLE, 0, NULL, 0, 0}},
	 USUAL,
	 RUN_NO_RESULTS,
	 66,
	 ""},
	{"exit 0, results hold no test", {{WHOLE, 0, "", 0, 0}}, USUAL, RUN_NO_RESULTS, 66, ""},
	{"exit 0, one file refused",
	 {{WHOLE, 0, "PP", 0, FILE_REFUSED}},
	 USUAL,
	 RUN_NO_RESULTS,
	 66,
	 ""},
	{"exit 0, totals claim a failure that no case shows",
	 {{WHOLE, 0, "PPf", 0, 0}},
	 USUAL,
	 RUN_FAILED,
	 1,
	 ""},
	{"retry passed, its totals claim a failure that no case shows",
	 {{WHOLE, 1, "PF", 0, 0}, {PART, 0, "-Pf", 0, 0}},
	 USUAL,
	 RUN_FAILED,
	 1,
	 "N"},
	{"retry passed, its totals claim more tests",
	 {{WHOLE, 1, "PF", 0, 0}, {PART, 0, "-Pt", 0, 0}},
	 USUAL,
	 RUN_FAILED,
	 1,
	 "N"},
	{"exit 0, the framework tried a test again",
	 {{WHOLE, 0, "PL", 0, 0}},
	 USUAL,
	 RUN_FLAKY,
	 0,
	 ""},
	{"exit 0, the framework tried a test again, policy fail",
	 {{WHOLE, 0, "PL", 0, 0}},
	 STRICT,
	 RUN_FLAKY,
	 75,
	 ""},
	{"exit 1, the framework tried a test again, another one stays failed",
	 {{WHOLE, 1, "LF", 0, 0}, {PART, 1, "-F", 0, 0}},
	 STRICT,
	 RUN_FAILED,
	 1,
	 "F"},
	{"exit 0, nothing promised",
	 {{WHOLE, 0, NULL, 0, 0}},
	 0,
	 -1,
	 FLAKY_WARN,
	 false,
	 RUN_PASSED,
	 0,
	 ""},
};

static void check_retries(const struct run_row *row, const struct run *run)
{
	static const char letters[] = "-PFNS";

	assert_int_equal(run->failed.len, strlen(row->retries));
	for (size_t i = 0; i < run->failed.len; i++) {
		if (letters[run->failed.items[i].retry] != row->retries[i]) {
			fail_msg("%s: test %zu is %s", row->comment, i,
				 retry_verdict_name(run->failed.items[i].retry));
		}
	}
}

static void test_rows(void **state)
{
	CLEANUP(strv_release) struct strv known = {0};
	struct test_name a = {.name = mem_str("a")};
	char id[TEST_ID_LEN + 1];

	(void)state;
	test_name_id(&a, id);
	test_name_release(&a);
	strv_add(&known, id);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct run_row *row = &rows[i];
		CLEANUP(run_release) struct run run = {0};
		struct judge_facts facts = {
			.promised = row->promised,
			.need_whole = row->needs & NEEDS_WHOLE,
			.need_others = row->needs & NEEDS_OTHERS,
			.known_flakes = row->needs & KNOWS_A ? &known : NULL,
			.tests_failed_code = row->tests_failed_code,
			.flaky = row->flaky,
		};

		for (size_t k = 0; k < ARRAY_LEN(row->attempts) && row->attempts[k].end; k++) {
			add_attempt(&run, &row->attempts[k]);
			if (k == 0) {
				judge_collect_failed(&run);
			} else {
				judge_retry(&run, &run.attempts.items[k], &facts);
			}
		}
		judge_run(&run, &facts);
		if (run.outcome != row->outcome || run.exit_code != row->exit_code) {
			fail_msg("%s: %s, exit %d", row->comment, run_outcome_name(run.outcome),
				 run.exit_code);
		}
		check_retries(row, &run);
	}
}

static const struct {
	const char *comment;
	struct attempt_row attempt;
	const char *doubt;
	size_t missing;
	bool complete;
} completeness[] = {
	{"clean failure", {WHOLE, 1, "PF", 0, 0}, NULL, 0, true},
	{"clean pass", {WHOLE, 0, "PP", 0, 0}, NULL, 0, true},
	{"exit 0 whatever failed", {WHOLE, 0, "PF", 0, 0}, NULL, 0, false},
	{"a doubt", {WHOLE, 1, "PF", 0, 0}, "2 of 4 did not run", 0, false},
	{"a pass needs no proof", {WHOLE, 0, "PP", 0, 0}, "2 of 4 did not run", 0, true},
	{"tests are missing", {WHOLE, 1, "PF", 0, 0}, NULL, 1, false},
	{"a green run redefines what is complete", {WHOLE, 0, "PP", 0, 0}, NULL, 1, true},
	{"suite error", {WHOLE, 1, "PF", 1, 0}, NULL, 0, false},
	{"another exit code", {WHOLE, 2, "PF", 0, 0}, NULL, 0, false},
	{"cut file", {WHOLE, 1, "PF", 0, FILE_INCOMPLETE}, NULL, 0, false},
	{"no results", {WHOLE, 1, NULL, 0, 0}, NULL, 0, false},
	{"timed out", {SCOPE_WHOLE, END_TIMEOUT, 1, "PF", 0, 0}, NULL, 0, false},
	{"totals claim more tests", {WHOLE, 1, "PFt", 0, 0}, NULL, 0, false},
	{"totals claim more failures", {WHOLE, 1, "PFf", 0, 0}, NULL, 0, false},
	{"a twin of the failed test", {WHOLE, 1, "PFQ", 0, 0}, NULL, 0, false},
	{"the twin failed", {WHOLE, 1, "PPG", 0, 0}, NULL, 0, false},
	{"a twin by identity alone", {WHOLE, 1, "PPH", 0, 0}, NULL, 0, false},
	{"twins that passed", {WHOLE, 1, "FPQ", 0, 0}, NULL, 0, true},
};

/* Two files with a test of one name each: a retry cannot tell which is meant. */
/* Behind the tests, whatever they did; a hanging test is no such thing. */
static void test_hang_behind_the_tests(void **state)
{
	static const struct judge_facts facts = {.promised = true, .tests_failed_code = 1};
	static const char *const tests[] = {"PP", "PF"};

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_LEN(tests); i++) {
		CLEANUP(run_release) struct run run = {0};
		struct attempt_row row = {SCOPE_WHOLE, END_TIMEOUT, 0, tests[i / 2], 0, 0};

		add_attempt(&run, &row);
		run.attempts.items[0].limit = i % 2 ? LIMIT_IDLE : LIMIT_ATTEMPT;
		run.attempts.items[0].tests_over = true;
		judge_collect_failed(&run);
		assert_non_null(judge_no_retry(&run, &facts, MAX_FAILURES_UNSET, -1));
		judge_run(&run, &facts);
		assert_int_equal(run.outcome, RUN_TEARDOWN_HANG);
		assert_int_equal(run.exit_code, 124);
	}
}

static void test_twins_in_two_files(void **state)
{
	struct judge_facts facts = {.tests_failed_code = 1};
	CLEANUP(run_release) struct run run = {0};
	struct attempt_row row = {WHOLE, 1, "F", 0, 0};
	struct results_file *file = NULL;
	struct result *result = NULL;

	(void)state;
	add_attempt(&run, &row);
	file = VEC_PUSH(&run.attempts.items[0].files);
	result = VEC_PUSH(&file->results);
	result->test.name = mem_str("a");
	test_name_id(&result->test, result->id);
	judge_completeness(&run.attempts.items[0], NULL, 0, &facts);
	assert_false(run.attempts.items[0].complete);
	assert_string_equal(run.attempts.items[0].incomplete_why, "several tests are called a");
}

/* A command that selects by its last run is another command the second time. */
static void test_stateful(void **state)
{
	struct judge_facts facts = {.tests_failed_code = 1, .stateful = true};
	CLEANUP(run_release) struct run run = {0};
	struct attempt_row row = {WHOLE, 1, "PF", 0, 0};

	(void)state;
	add_attempt(&run, &row);
	judge_collect_failed(&run);
	assert_non_null(judge_no_retry(&run, &facts, MAX_FAILURES_UNSET, -1));
	run.attempts.items[0].complete = true;
	assert_null(judge_no_retry(&run, &facts, MAX_FAILURES_UNSET, -1));
}

static void test_completeness(void **state)
{
	struct judge_facts facts = {.tests_failed_code = 1};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(completeness); i++) {
		CLEANUP(run_release) struct run run = {0};

		add_attempt(&run, &completeness[i].attempt);
		judge_completeness(&run.attempts.items[0], completeness[i].doubt,
				   completeness[i].missing, &facts);
		if (run.attempts.items[0].complete != completeness[i].complete) {
			fail_msg("%s", completeness[i].comment);
		}
	}
}

static void test_max_failures(void **state)
{
	static const struct {
		const char *tests;
		size_t max;
		int percent;
		bool retried;
	} limits[] = {
		{"FFFFFFFFFF", MAX_FAILURES_UNSET, -1, true},
		{"FFFFFFFFFFF", MAX_FAILURES_UNSET, -1, false},
		{"FFFP", 2, -1, false},
		{"FFPP", 2, -1, true},
		{"FPPP", 0, -1, false},
		{"FFPP", MAX_FAILURES_UNSET, 50, true},
		{"FFFP", MAX_FAILURES_UNSET, 50, false},
		{"FPPP", MAX_FAILURES_UNSET, 0, false},
	};
	struct judge_facts facts = {.tests_failed_code = 1};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
		CLEANUP(run_release) struct run run = {0};
		struct attempt_row row = {WHOLE, 1, limits[i].tests, 0, 0};

		add_attempt(&run, &row);
		judge_collect_failed(&run);
		assert_int_equal(limits[i].retried, judge_no_retry(&run, &facts, limits[i].max,
								   limits[i].percent) == NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_completeness),
		cmocka_unit_test(test_twins_in_two_files),
		cmocka_unit_test(test_hang_behind_the_tests),
		cmocka_unit_test(test_stateful),
		cmocka_unit_test(test_max_failures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
