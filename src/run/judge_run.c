/* SPDX-License-Identifier: Apache-2.0 */
#include "run/judge.h"

#include "base/mem.h"
#include "base/str.h"
#include "run/judge_parts.h"

#include <signal.h>
#include <string.h>

/* How a run ended: the outcome, the exit code, and why. */

/* What the table below asks about. */
struct case_facts {
	struct run *run;
	const struct attempt *first;
	struct attempt_totals sum;
	const struct judge_facts *judge;
	bool excused; /* by verified retries, by rows of the ledger, or both */
	bool by_rows; /* all of it */
};

static bool is_cancelled(const struct case_facts *f)
{
	return f->judge->stop_signal ||
	       f->run->attempts.items[f->run->attempts.len - 1].end == END_CANCELLED;
}

static bool is_idle(const struct case_facts *f)
{
	return f->first->end == END_TIMEOUT && f->first->limit == LIMIT_IDLE;
}

static bool is_run_timeout(const struct case_facts *f)
{
	return f->first->end == END_TIMEOUT && f->first->limit == LIMIT_RUN;
}

static bool is_timeout(const struct case_facts *f)
{
	return f->first->end == END_TIMEOUT;
}

/* Not a hanging test: something behind them. */
static bool is_teardown_hang(const struct case_facts *f)
{
	return f->first->end == END_TIMEOUT && f->first->tests_over;
}

static bool is_signalled(const struct case_facts *f)
{
	return f->first->end == END_SIGNALLED;
}

static bool is_failed(const struct case_facts *f)
{
	return f->first->exit_code != 0 && !f->excused && judge_holds_failure(&f->sum);
}

static bool is_crashed(const struct case_facts *f)
{
	return f->first->exit_code != 0 && !f->excused;
}

/* Nobody said that there would be results. */
static bool is_unnamed(const struct case_facts *f)
{
	return is_crashed(f) && !f->judge->promised;
}

static bool is_failed_but_exit_0(const struct case_facts *f)
{
	return judge_holds_failure(&f->sum) && !f->excused;
}

static bool is_without_results(const struct case_facts *f)
{
	return judge_lacks_results(f->first, &f->sum, f->judge);
}

/* Whether steady tried again or the framework itself did. */
static bool is_flaky(const struct case_facts *f)
{
	return f->excused || f->sum.flaky > 0;
}

static bool is_flaky_failing(const struct case_facts *f)
{
	return f->judge->flaky == FLAKY_FAIL && is_flaky(f) && (!f->by_rows || f->sum.flaky > 0);
}

static bool is_passed(const struct case_facts *f)
{
	(void)f;
	return true;
}

enum { CODE_OWN = -1, CODE_SIGNAL = -2, CODE_STOP = -3 };

/* The first row that applies wins: the exit codes of the manual, top to bottom. */
static const struct {
	bool (*applies)(const struct case_facts *f);
	enum run_outcome outcome;
	int code;
	const char *because;
} endings[] = {
	{is_cancelled, RUN_CANCELLED, CODE_STOP, "stopped by a signal; this run is no evidence"},
	{is_teardown_hang, RUN_TEARDOWN_HANG, 124,
	 "all tests had ended and their results were whole, but the command did not end in time"},
	{is_idle, RUN_TIMEOUT, 124, "nothing came from the command for as long as --idle-timeout"},
	{is_run_timeout, RUN_TIMEOUT, 124, "the command ran into --run-timeout"},
	{is_timeout, RUN_TIMEOUT, 124, "the command ran into --timeout"},
	{is_signalled, RUN_CRASHED, CODE_SIGNAL, "the command died by a signal"},
	{is_failed, RUN_FAILED, CODE_OWN, NULL},
	{is_unnamed, RUN_CRASHED, CODE_OWN,
	 "the command failed; --junit says where its test results are, --rerun whole runs all of "
	 "it again"},
	{is_crashed, RUN_CRASHED, CODE_OWN,
	 "the command failed, and no result names a failed test"},
	{is_failed_but_exit_0, RUN_FAILED, 1,
	 "the command exited 0, but its results hold failures"},
	{is_without_results, RUN_NO_RESULTS, 66,
	 "the command exited 0, but the promised results are missing, old, empty or unreadable"},
	{is_flaky_failing, RUN_FLAKY, 75, "only flaky failures, and --flaky=fail"},
	{is_flaky, RUN_FLAKY, 0, NULL},
	{is_passed, RUN_PASSED, 0, NULL},
};

static int exit_code_of(int code, const struct case_facts *f)
{
	const struct attempt *last = &f->run->attempts.items[f->run->attempts.len - 1];
	int stopped_by = f->judge->stop_signal ? f->judge->stop_signal : last->signal;

	switch (code) {
	case CODE_OWN:
		return f->first->exit_code;
	case CODE_SIGNAL:
		return 128 + f->first->signal;
	case CODE_STOP:
		return 128 + (stopped_by ? stopped_by : SIGTERM);
	default:
		return code;
	}
}

/* Rows named all that failed for good, and were not enough: the caller frees. */
static char *not_pardoned(const struct case_facts *f)
{
	size_t rows = 0, others = 0;

	if (f->run->outcome != RUN_FAILED || !judge_rows_needed(f->run, &rows, &others)) {
		return NULL;
	}
	if (!f->first->complete) {
		return mem_fmt("the quarantine names all that failed, but excuses it only in a run "
			       "that is proven complete: %s",
			       str_or(f->first->incomplete_why, "nothing was proven"));
	}
	return mem_str("the other failed tests passed again, but no clean run of the whole command "
		       "proved the rest");
}

/* The reason in words. */
static void explain(const struct case_facts *f, const char *because)
{
	AUTO_FREE char *named = NULL;
	AUTO_FREE char *rows = not_pardoned(f);

	if (rows && !f->judge->changed) {
		because = rows;
	}
	if (f->run->outcome == RUN_FLAKY && f->by_rows && !because) {
		because = "the quarantine excuses all that failed";
	}
	if (f->run->outcome == RUN_FAILED && judge_all_passed_again(f->run) && f->judge->changed) {
		because = "all failed tests passed again, but an attempt changed the project";
	} else if (f->run->outcome == RUN_FAILED && judge_all_passed_again(f->run)) {
		because = "all failed tests passed again, but no clean run of the whole command "
			  "proved the rest";
	}
	if (f->run->outcome == RUN_NO_RESULTS && f->first->unkept) {
		named = mem_fmt("the command exited 0, but %s", f->first->unkept);
		because = named;
	}
	if (because && f->run->outcome == RUN_CRASHED && f->first->end == END_SIGNALLED) {
		const char *name = sigabbrev_np(f->first->signal);

		named = mem_fmt("the command died by SIG%s", name ? name : "?");
		because = named;
	}
	if (because) {
		mem_replace(&f->run->because, because);
	}
}

void judge_run(struct run *run, const struct judge_facts *facts)
{
	struct case_facts f = {
		.run = run,
		.first = &run->attempts.items[0],
		.sum = attempt_count(&run->attempts.items[0]),
		.judge = facts,
		.excused = judge_excused(run, facts),
	};
	size_t rows = 0, others = 0;

	if (!f.excused && judge_pardoned(run, facts)) {
		f.excused = true;
		f.by_rows = judge_rows_needed(run, &rows, &others) && others == 0;
	}

	for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
		if (endings[i].applies(&f)) {
			run->outcome = endings[i].outcome;
			run->exit_code = exit_code_of(endings[i].code, &f);
			explain(&f, endings[i].because);
			return;
		}
	}
}
