/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "base/str.h"
#include "report/words.h"
#include "text/duration.h"

#include <inttypes.h>

/* Below this many runs an interval spans most of what is possible. */
#define FEW_RUNS 20

/* "in the last 7 days", "since" a date where that is what was asked for, or between two dates where
 * the window does not end now. */
static void window_phrase(struct buf *out, const struct report_input *input)
{
	int64_t span = 0;

	if (input->until_us < input->now_us || input->since_us < 0 ||
	    input->since_us >= input->now_us) {
		buf_str_add(out, "between ");
		words_date(out, input->since_us);
		buf_str_add(out, " and ");
		words_date(out, input->until_us);
		return;
	}
	span = input->now_us - input->since_us;
	if (span >= 2 * US_PER_DAY && span % US_PER_DAY >= US_PER_DAY / 24) {
		buf_str_add(out, "since ");
		words_date(out, input->since_us);
		return;
	}
	buf_str_add(out, "in the last ");
	if (span >= 2 * US_PER_DAY) {
		buf_fmt(out, "%" PRId64 " days", span / US_PER_DAY);
	} else {
		duration_show(out, span);
	}
}

/* The --since that reaches the newest run, in round numbers. */
static void since_hint(struct buf *out, const struct report_input *input)
{
	/* Unsigned, because the time may come from a forged history. */
	uint64_t age = (uint64_t)input->now_us - (uint64_t)input->evidence->newest_run_us;
	uint64_t days = age / (uint64_t)US_PER_DAY + 1;

	if (days > 10) {
		days = (days + 9) / 10 * 10;
	}
	buf_fmt(out, ": --since %" PRIu64 "d", days);
}

static void empty_caveat(const struct report_input *input, struct strv *out)
{
	CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);
	int64_t newest = input->evidence->newest_run_us;

	if (newest == 0) {
		strv_add(out, "The history is empty. `steady run -- COMMAND` records a run, "
			      "`steady import PATH` reads JUnit XML files.");
		return;
	}
	buf_str_add(&line, newest >= input->since_us && newest < input->until_us ? "No runs match "
										 : "No runs ");
	window_phrase(&line, input);
	buf_str_add(&line, "; the newest of the history is from ");
	words_date(&line, newest);
	buf_str_add(&line, " (");
	time_show_ago(&line, newest, input->now_us);
	buf_char(&line, ')');
	if (newest < input->since_us) {
		since_hint(&line, input);
	}
	strv_give(out, buf_take(&line));
}

/* Without their names: that of an owner would call somebody. */
static void filter_caveat(const struct report_filter *filter, struct strv *out)
{
	CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);

	if (filter->unknown) {
		strv_add(out, "There is no CODEOWNERS file here: nobody is known to own a test.");
	}
	for (enum test_state state = 0; state < STATE_OTHER; state++) {
		if (filter->left_out[state] > 0) {
			buf_fmt(&line, "%s%zu %s", line.len > 0 ? ", " : "",
				filter->left_out[state], test_state_name(state));
		}
	}
	if (line.len > 0) {
		strv_fmt(
			out,
			"Only tests of the owners asked for are listed (`--owner`); of others: %s.",
			buf_str(&line));
	}
}

void words_caveats(const struct report_input *input, struct strv *out)
{
	const struct flake_report *flakes = input->flakes;
	size_t runs = input->evidence->runs.len;
	const struct {
		size_t count;
		const char *before, *after;
	} rows[] = {
		{runs < FEW_RUNS ? runs : 0, "Only ",
		 ": the rates are wide, look at their intervals."},
		{flakes->dirty_runs, "",
		 " of uncommitted changes: only retries inside such a run say anything about it."},
		{flakes->unknown_source_runs, "",
		 " without a known commit: only retries inside such a run say anything about it "
		 "(`steady import --commit` names it)."},
		{flakes->timeline.unplaced, "",
		 " of commits of which nobody told where they come from: ordered by time "
		 "(ask in their repository, or import with `--parent`)."},
		{flakes->ignored_runs, "",
		 " cancelled, not ready or ended by a fault of steady: left out."},
	};

	if (runs == 0) {
		empty_caveat(input, out);
		return;
	}
	if (input->filter) {
		filter_caveat(input->filter, out);
	}
	if (input->evidence->newest_run_us > input->now_us + US_PER_DAY) {
		CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);

		buf_str_add(&line, "A run of the history is dated ");
		words_date(&line, input->evidence->newest_run_us);
		buf_str_add(&line, ": some clock was wrong, and runs may stand in a wrong place.");
		strv_give(out, buf_take(&line));
	}
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].count > 0) {
			strv_fmt(out, "%s%zu %s%s", rows[i].before, rows[i].count,
				 rows[i].count == 1 ? "run" : "runs", rows[i].after);
		}
	}
}
