/* SPDX-License-Identifier: Apache-2.0 */
#include "run/attempts.h"

#include "base/str.h"

/* Runs whose failures the quarantine excuses. */

#define DIED SCOPE_WHOLE, END_SIGNALLED
#define LATE SCOPE_WHOLE, END_TIMEOUT

/* What the ledger says of each failed test: X excuses it, N a new failure, O overdue, - nothing. */
static const struct {
	const char *comment;
	struct attempt_row attempts[3];
	const char *rows;
	unsigned needs;
	int tests_failed_code;
	enum flaky_policy flaky;
	enum run_outcome outcome;
	int exit_code;
	const char *because;
} ledgers[] = {
	{"excused",
	 {{WHOLE, 1, "PFP", 0, 0}},
	 "X",
	 0,
	 1,
	 FLAKY_WARN,
	 RUN_FLAKY,
	 0,
	 "the quarantine excuses all that failed"},
	{"excused, in spite of --flaky=fail",
	 {{WHOLE, 1, "PFP", 0, 0}},
	 "X",
	 0,
	 1,
	 FLAKY_FAIL,
	 RUN_FLAKY,
	 0,
	 "the quarantine excuses all that failed"},
	{"excused, and a try of the framework's own, --flaky=fail",
	 {{WHOLE, 1, "LFP", 0, 0}},
	 "X",
	 0,
	 1,
	 FLAKY_FAIL,
	 RUN_FLAKY,
	 75,
	 "only flaky failures, and --flaky=fail"},
	{"both excused",
	 {{WHOLE, 1, "PFE", 0, 0}},
	 "XX",
	 0,
	 1,
	 FLAKY_WARN,
	 RUN_FLAKY,
	 0,
	 "the quarantine excuses all that failed"},
	{"a row less", {{WHOLE, 1, "PFF", 0, 0}}, "X-", 0, 1, FLAKY_WARN, RUN_FAILED, 1, NULL},
	{"a new failure", {{WHOLE, 1, "PF", 0, 0}}, "N", 0, 1, FLAKY_WARN, RUN_FAILED, 1, NULL},
	{"overdue", {{WHOLE, 1, "PF", 0, 0}}, "O", 0, 1, FLAKY_WARN, RUN_FAILED, 1, NULL},
	{"an exit code that means more",
	 {{WHOLE, 2, "PF", 0, 0}},
	 "X",
	 0,
	 1,
	 FLAKY_WARN,
	 RUN_FAILED,
	 2,
	 "the quarantine names all that failed, but excuses it only in a run that is proven "
	 "complete: the exit code is not known to mean that tests failed and nothing else"},
	{"nobody knows the framework",
	 {{WHOLE, 1, "PF", 0, 0}},
	 "X",
	 0,
	 -1,
	 FLAKY_WARN,
	 RUN_FAILED,
	 1,
	 "the quarantine names all that failed, but excuses it only in a run that is proven "
	 "complete: the exit code is not known to mean that tests failed and nothing else"},
	{"exit 0 whatever failed",
	 {{WHOLE, 0, "PF", 0, 0}},
	 "X",
	 0,
	 1,
	 FLAKY_WARN,
	 RUN_FAILED,
	 1,
	 "the quarantine names all that failed, but excuses it only in a run that is proven "
	 "complete: the exit code is not known to mean that tests failed and nothing else"},
	{"an error outside the tests",
	 {{WHOLE, 1, "PF", 1, 0}},
	 "X",
	 0,
	 1,
	 FLAKY_WARN,
	 RUN_FAILED,
	 1,
	 "the quarantine names all that failed, but excuses it only in a run that is proven "
	 "complete: there is an error outside the tests"},
	{"a file that was cut",
	 {{WHOLE, 1, "PF", 0, FILE_INCOMPLETE}},
	 "X",
	 0,
	 1,
	 FLAKY_WARN,
	 RUN_FAILED,
	 1,
	 "the quarantine names all that failed, but excuses it only in a run that is proven "
	 "complete: a results file could not be read to its end"},
	{"a twin",
	 {{WHOLE, 1, "FG", 0, 0}},
	 "XX",
	 0,
	 1,
	 FLAKY_WARN,
	 RUN_FAILED,
	 1,
	 "the quarantine names all that failed, but excuses it only in a run that is proven "
	 "complete: several tests are called a"},
	{"died",
	 {{DIED, 0, "PF", 0, 0}},
	 "X",
	 0,
	 1,
	 FLAKY_WARN,
	 RUN_CRASHED,
	 139,
	 "the command died by SIGSEGV"},
	{"late",
	 {{LATE, 0, "PF", 0, 0}},
	 "X",
	 0,
	 1,
	 FLAKY_WARN,
	 RUN_TIMEOUT,
	 124,
	 "the command ran into --timeout"},
	{"excused, whatever the retry said",
	 {{WHOLE, 1, "PF", 0, 0}, {PART, 1, "-F", 0, 0}},
	 "X",
	 0,
	 1,
	 FLAKY_WARN,
	 RUN_FLAKY,
	 0,
	 "the quarantine excuses all that failed"},
	{"excused, and passed again",
	 {{WHOLE, 1, "PF", 0, 0}, {PART, 0, "-P", 0, 0}},
	 "X",
	 0,
	 1,
	 FLAKY_WARN,
	 RUN_FLAKY,
	 0,
	 NULL},
	{"one excused, one passed again",
	 {{WHOLE, 1, "FF", 0, 0}, {PART, 1, "FP", 0, 0}},
	 "X-",
	 0,
	 1,
	 FLAKY_WARN,
	 RUN_FLAKY,
	 0,
	 NULL},
	{"one excused, one passed again, --flaky=fail",
	 {{WHOLE, 1, "FF", 0, 0}, {PART, 1, "FP", 0, 0}},
	 "X-",
	 0,
	 1,
	 FLAKY_FAIL,
	 RUN_FLAKY,
	 75,
	 "only flaky failures, and --flaky=fail"},
	{"one excused, one not seen",
	 {{WHOLE, 1, "FF", 0, 0}, {PART, 1, "F-", 0, 0}},
	 "X-",
	 0,
	 1,
	 FLAKY_WARN,
	 RUN_FAILED,
	 1,
	 NULL},
	{"the other one needs a clean whole run",
	 {{WHOLE, 1, "FF", 0, 0}, {PART, 1, "FP", 0, 0}},
	 "X-",
	 NEEDS_WHOLE,
	 1,
	 FLAKY_WARN,
	 RUN_FAILED,
	 1,
	 "the other failed tests passed again, but no clean run of the whole command proved the "
	 "rest"},
	{"the other one needs all others",
	 {{WHOLE, 1, "FF", 0, 0}, {PART, 1, "FP", 0, 0}},
	 "X-",
	 NEEDS_OTHERS,
	 1,
	 FLAKY_WARN,
	 RUN_FAILED,
	 1,
	 "the other failed tests passed again, but no clean run of the whole command proved the "
	 "rest"},
	{"the other one passed with all others",
	 {{WHOLE, 1, "FFP", 0, 0}, {WHOLE, 1, "FPP", 0, 0}},
	 "X-",
	 NEEDS_OTHERS,
	 1,
	 FLAKY_WARN,
	 RUN_FLAKY,
	 0,
	 NULL},
	{"in it somebody else failed",
	 {{WHOLE, 1, "FFP", 0, 0}, {WHOLE, 1, "FPF", 0, 0}},
	 "X-",
	 NEEDS_OTHERS,
	 1,
	 FLAKY_WARN,
	 RUN_FAILED,
	 1,
	 NULL},
	{"a row that needs no whole run",
	 {{WHOLE, 1, "F", 0, 0}},
	 "X",
	 NEEDS_WHOLE | NEEDS_OTHERS,
	 1,
	 FLAKY_WARN,
	 RUN_FLAKY,
	 0,
	 "the quarantine excuses all that failed"},
};

static void mark(struct run *run, const char *marks)
{
	static const char letters[] = "-XNO";

	for (size_t i = 0; marks[i]; i++) {
		size_t state = (size_t)(strchr(letters, marks[i]) - letters);

		assert_true(i < run->failed.len);
		run->failed.items[i].quarantine.state = (enum quarantine_state)state;
	}
}

static void test_ledger(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ledgers); i++) {
		struct judge_facts facts = {
			.promised = true,
			.need_whole = ledgers[i].needs & NEEDS_WHOLE,
			.need_others = ledgers[i].needs & NEEDS_OTHERS,
			.tests_failed_code = ledgers[i].tests_failed_code,
			.flaky = ledgers[i].flaky,
		};
		CLEANUP(run_release) struct run run = {0};

		for (size_t k = 0; k < 3 && ledgers[i].attempts[k].tests; k++) {
			add_attempt(&run, &ledgers[i].attempts[k]);
		}
		judge_completeness(&run.attempts.items[0], NULL, 0, &facts);
		judge_collect_failed(&run);
		for (size_t k = 1; k < run.attempts.len; k++) {
			judge_retry(&run, &run.attempts.items[k], &facts);
		}
		mark(&run, ledgers[i].rows);
		judge_run(&run, &facts);
		if (run.outcome != ledgers[i].outcome || run.exit_code != ledgers[i].exit_code ||
		    !str_eq(run.because, ledgers[i].because)) {
			fail_msg("%s: %s, exit %d: %s", ledgers[i].comment,
				 run_outcome_name(run.outcome), run.exit_code,
				 str_or(run.because, "no reason"));
		}
	}
}

/* A project that an attempt changed is another one for a retry, not for a row. */
static void test_ledger_and_changes(void **state)
{
	static const struct {
		const char *rows;
		enum run_outcome outcome;
	} cases[] = {{"X-", RUN_FAILED}, {"XX", RUN_FLAKY}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct judge_facts facts = {
			.promised = true, .tests_failed_code = 1, .changed = true};
		CLEANUP(run_release) struct run run = {0};

		add_attempt(&run, &(struct attempt_row){WHOLE, 1, "FF", 0, 0});
		add_attempt(&run, &(struct attempt_row){PART, 1, "FP", 0, 0});
		judge_completeness(&run.attempts.items[0], NULL, 0, &facts);
		judge_collect_failed(&run);
		judge_retry(&run, &run.attempts.items[1], &facts);
		mark(&run, cases[i].rows);
		judge_run(&run, &facts);
		assert_int_equal(run.outcome, cases[i].outcome);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ledger),
		cmocka_unit_test(test_ledger_and_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
