/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/doctor.h"

#include "base/clock.h"
#include "base/mem.h"
#include "run/ending.h"
#include "run/rehearse.h"
#include "text/escape.h"

#include <string.h>

/* A retry of nothing should take no longer than the start of the framework. */
#define REHEARSAL_LIMIT_US (60 * US_PER_S)

#define SAID_LINES 3

static char *shown_command(const struct strv *argv)
{
	struct buf text = BUF_INIT(BUF_OWN_MAX);

	escape_command(&text, argv);
	return buf_take(&text);
}

static bool has_results(const struct rehearsal *rehearsal)
{
	return rehearsal->attempt.files.len > 0;
}

/* "0 tests in the results" */
static char *seen_words(const struct rehearsal *rehearsal)
{
	struct attempt_totals sum = attempt_count(&rehearsal->attempt);

	if (!has_results(rehearsal)) {
		return mem_str("no results");
	}
	return mem_fmt("%zu test%s in the results%s", sum.tests, sum.tests == 1 ? "" : "s",
		       sum.bad       ? ", failed"
		       : sum.skipped ? ", skipped"
				     : "");
}

/* How it ended; the limit may be ours. */
static char *end_words(const struct doctor *doctor, const struct attempt *attempt)
{
	int64_t limit_us = doctor->invocation->options.timeout_us;

	return attempt->end == END_TIMEOUT && attempt->limit == LIMIT_ATTEMPT && !limit_us
		       ? mem_fmt("did not end within %d s (--timeout)",
				 (int)(REHEARSAL_LIMIT_US / US_PER_S))
		       : ending_words(attempt);
}

/* The last lines that the command said: why it refused. */
static void add_said(struct doctor *doctor, const struct buf *said)
{
	CLEANUP(strv_release) struct strv lines = {0};
	const char *text = buf_str(said);

	while (*text) {
		size_t len = strcspn(text, "\n");

		if (len) {
			strv_give(&lines, mem_strn(text, len));
		}
		text += len + (text[len] == '\n');
	}
	for (size_t i = lines.len > SAID_LINES ? lines.len - SAID_LINES : 0; i < lines.len; i++) {
		doctor_add(doctor, DOCTOR_FACT, "retry", "  %s", lines.items[i]);
	}
}

static char *no_retry_words(const struct doctor *doctor, const struct rehearsal *rehearsal)
{
	return doctor->invocation->options.retries == 0 ? mem_str("none: --retries 0")
	       : rehearsal->mode == RERUN_NONE
		       ? mem_str("none: --rerun none")
		       : mem_str("none: no framework is recognised, and no results are known");
}

/* One sentence about what came of it. */
static char *verdict_words(const struct doctor *doctor, const struct rehearsal *rehearsal)
{
	AUTO_FREE char *ending = end_words(doctor, &rehearsal->attempt);
	AUTO_FREE char *seen = seen_words(rehearsal);
	const char *unknown =
		has_results(rehearsal) ? "" : "; but that results come at all is not known";

	switch (rehearsal->verdict) {
	case REHEARSAL_NO_RETRY:
		return no_retry_words(doctor, rehearsal);
	case REHEARSAL_WHOLE:
		return mem_str("the whole command runs again: there are no names to honour");
	case REHEARSAL_NO_NAME:
		return mem_str("no test that does not exist can be named from here; nothing ran");
	case REHEARSAL_NOTHING_RAN:
		return mem_fmt("a name that matches nothing: %s, %s: looks like a pass to a blind "
			       "re-run; steady says not seen%s",
			       ending, seen, unknown);
	case REHEARSAL_REFUSED:
		return mem_fmt("a name that matches nothing: %s, %s: refused%s", ending, seen,
			       unknown);
	case REHEARSAL_TOO_WIDE:
		return mem_fmt("the retry ran %zu test%s although none of that name exists: the "
			       "selection is not honoured (%s)",
			       rehearsal->ran, rehearsal->ran == 1 ? "" : "s", ending);
	case REHEARSAL_PRETENDED:
		return mem_fmt("the results say that this test passed, and there is no such test: "
			       "any retry would pass (%s)",
			       ending);
	case REHEARSAL_DIED:
		return mem_fmt("the retry of nothing %s, %s", ending, seen);
	case REHEARSAL_NOT_STARTED:
		return mem_fmt("the retry cannot be started: %s", rehearsal->why);
	case REHEARSAL_STOPPED:
		break;
	}
	return mem_str("stopped");
}

static enum doctor_state state_of(const struct rehearsal *rehearsal)
{
	static const enum doctor_state states[REHEARSAL_STOPPED + 1] = {
		[REHEARSAL_NO_NAME] = DOCTOR_UNPROVEN,  [REHEARSAL_NOTHING_RAN] = DOCTOR_HOLDS,
		[REHEARSAL_REFUSED] = DOCTOR_HOLDS,     [REHEARSAL_TOO_WIDE] = DOCTOR_FAILS,
		[REHEARSAL_PRETENDED] = DOCTOR_FAILS,   [REHEARSAL_DIED] = DOCTOR_FAILS,
		[REHEARSAL_NOT_STARTED] = DOCTOR_FAILS,
	};

	return states[rehearsal->verdict] == DOCTOR_HOLDS && !has_results(rehearsal)
		       ? DOCTOR_UNPROVEN
		       : states[rehearsal->verdict];
}

void doctor_add_retry(struct doctor *doctor, const struct rehearsal *rehearsal)
{
	AUTO_FREE char *command = shown_command(&rehearsal->argv);
	AUTO_FREE char *words = verdict_words(doctor, rehearsal);

	if (rehearsal->argv.len) {
		doctor_add(doctor, DOCTOR_FACT, "retry", "%s", command);
	}
	doctor_add(doctor, state_of(rehearsal), "retry", "%s", words);
	if (rehearsal->verdict == REHEARSAL_REFUSED || rehearsal->verdict == REHEARSAL_DIED) {
		add_said(doctor, &rehearsal->said);
	}
}

static void announce(const struct rehearsal *next)
{
	AUTO_FREE char *command = shown_command(&next->argv);
	AUTO_FREE char *line = mem_fmt("runs the retry of a test that does not exist: %s", command);

	cli_message(line);
}

int doctor_rehearse(const struct doctor *doctor, const struct run_plan *plan, struct rehearsal *out,
		    struct err *err)
{
	struct run_plan limited = *plan;

	limited.timeout_us = plan->timeout_us ? plan->timeout_us : REHEARSAL_LIMIT_US;
	return rehearse(&limited, &doctor->invocation->command, announce, out, err);
}
