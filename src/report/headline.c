/* SPDX-License-Identifier: Apache-2.0 */
#include "report/headline.h"

#include "report/causes.h"
#include "report/paint.h"
#include "report/quarantine_words.h"
#include "report/wait_words.h"
#include "report/words.h"
#include "text/duration.h"

static const struct {
	const char *word, *colour;
} outcomes[] = {
	[RUN_PASSED] = {"PASSED", PAINT_GREEN},
	[RUN_FLAKY] = {"FLAKY", PAINT_YELLOW},
	[RUN_FAILED] = {"FAILED", PAINT_RED},
	[RUN_TIMEOUT] = {"TIMED OUT", PAINT_RED},
	[RUN_TEARDOWN_HANG] = {"HUNG AFTER THE TESTS", PAINT_RED},
	[RUN_NOT_READY] = {"NOT READY", PAINT_RED},
	[RUN_CRASHED] = {"CRASHED", PAINT_RED},
	[RUN_CANCELLED] = {"CANCELLED", PAINT_YELLOW},
	[RUN_NO_RESULTS] = {"NO RESULTS", PAINT_RED},
	[RUN_ERROR] = {"ERROR IN STEADY", PAINT_RED},
};

/* Of the first attempt; tests that failed and then passed count as flaky, whoever tried again. */
static void counts(const struct run *run, struct buf *out)
{
	const struct attempt *first = &run->attempts.items[0];
	struct attempt_totals totals = attempt_count(first);
	size_t retried = 0, again = 0, down = 0, rows = 0;
	const char *gap = ": ";

	VEC_EACH (const struct failed_test, test, &run->failed) {
		retried += test->retry == RETRY_PASSED && !test->service;
		down += test->service != NULL;
		rows += quarantine_carries(test);
	}
	/* nobody calls a run failed whose only failures are called flaky */
	if (run->outcome == RUN_FAILED && retried > 0 && retried == run->failed.len) {
		again = retried;
		retried = 0;
	}

	const struct {
		size_t count;
		const char *name;
	} parts[] = {
		{totals.passed - totals.flaky, "passed"},
		{totals.bad - retried - again - down - rows, "failed"},
		{rows, "quarantined"},
		{down, "failed with a service"},
		{again, "failed and then passed"},
		{retried + totals.flaky, "flaky"},
		{totals.skipped, "skipped"},
	};

	words_count(out, totals.tests, "test", "tests");
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		if (parts[i].count > 0) {
			buf_fmt(out, "%s%zu %s", gap, parts[i].count, parts[i].name);
			gap = ", ";
		}
	}
}

static bool has_results(const struct run *run)
{
	return run->attempts.len > 0 && attempt_count(&run->attempts.items[0]).tests > 0;
}

/* A command that only exits with a code did not crash in anybody's words. */
static enum run_outcome outcome_shown(const struct run *run)
{
	bool exited = run->attempts.len > 0 && run->attempts.items[0].end == END_EXITED;

	return run->outcome == RUN_CRASHED && exited ? RUN_FAILED : run->outcome;
}

/* Nobody calls tests flaky that only failed with a service. */
static bool is_service_down(const struct run *run)
{
	return run->outcome == RUN_FLAKY && run->failed.len > 0 &&
	       causes_blamed(run) == run->failed.len;
}

/* Without a row of the ledger it would have failed. */
static bool is_quarantined(const struct run *run)
{
	VEC_EACH (const struct failed_test, test, &run->failed) {
		if (run->outcome == RUN_FLAKY && quarantine_carries(test)) {
			return true;
		}
	}
	return false;
}

static const char *word_of(const struct run *run)
{
	if (is_service_down(run)) {
		return "SERVICE DOWN";
	}
	return is_quarantined(run) ? "QUARANTINED" : outcomes[outcome_shown(run)].word;
}

/* What explains the run, or most of its failures, in a clause. */
static void cause_words(const struct summary_input *input, struct buf *out)
{
	const struct run *run = input->run;
	size_t others = 0;
	const struct wait *wait =
		run->outcome == RUN_NOT_READY ? wait_to_blame(run, &others) : NULL;
	CLEANUP(cause_list_release) struct cause_list causes = {0};

	if (wait) {
		wait_cause(out, wait);
		if (others > 0) {
			buf_fmt(out, ", and %zu more", others);
		}
		return;
	}
	causes_of(run, input->rules, &causes);
	if (causes.len > 0 && causes.items[0].failures * 2 > run->failed.len) {
		buf_fmt(out, "%s (%zu of %zu failures)", causes.items[0].text,
			causes.items[0].failures, run->failed.len);
	}
}

void headline_word(const struct summary_input *input, struct buf *out)
{
	paint_text(out, input->colour ? outcomes[outcome_shown(input->run)].colour : NULL,
		   word_of(input->run));
}

void headline_rest(const struct summary_input *input, struct buf *out)
{
	const struct run *run = input->run;
	CLEANUP(buf_release) struct buf cause = BUF_INIT(BUF_OWN_MAX);

	cause_words(input, &cause);
	if (cause.len > 0) {
		paint_escape(out, buf_str(&cause));
		buf_str_add(out, " · ");
	}
	if (has_results(run)) {
		counts(run, out);
	} else {
		buf_str_add(out, run->attempts.len > 0 ? "no test results" : "not started");
	}
	if (run->attempts.len > 0) {
		buf_str_add(out, " · ");
		words_count(out, run->attempts.len, "attempt", "attempts");
	}
	if (run->duration_us >= 0) {
		buf_str_add(out, " · ");
		duration_show(out, run->duration_us);
	}
	if (!run->imported) {
		buf_fmt(out, " · exit %d", run->exit_code);
	}
}

void headline(const struct summary_input *input, struct buf *out)
{
	buf_str_add(out, "steady: ");
	headline_word(input, out);
	buf_str_add(out, "  ");
	headline_rest(input, out);
	buf_char(out, '\n');
}
