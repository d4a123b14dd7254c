/* SPDX-License-Identifier: Apache-2.0 */
#include "report/delta_words.h"

#include "base/clock.h"
#include "report/words.h"

const char *words_delta_kind(enum delta_kind kind)
{
	static const char *const words[] = {
		[DELTA_NEW] = "New",
		[DELTA_BACK] = "Back again",
		[DELTA_WORSE] = "Worse",
		[DELTA_FIXED] = "Fixed",
	};

	return words[kind];
}

const struct test_judgement *delta_test(const struct report_input *input,
					const struct delta_row *row)
{
	return &input->longer->flakes.tests.items[row->test];
}

bool delta_is_known(const struct report_input *input)
{
	return input->longer && input->longer->delta.runs_before > 0 &&
	       input->evidence->tests_seen > 0;
}

static void share(struct buf *out, size_t failed, size_t runs)
{
	struct rate rate = beta_trials(failed, runs);

	words_rate(out, &rate);
}

static void failed_of(struct buf *out, size_t failed, size_t runs)
{
	buf_fmt(out, "failed in %zu of ", failed);
	words_count(out, runs, "run", "runs");
}

typedef void row_words_fn(struct buf *out, const struct report_input *input,
			  const struct delta_row *row);

static void new_words(struct buf *out, const struct report_input *input,
		      const struct delta_row *row)
{
	(void)input;
	failed_of(out, row->failed, row->runs);
	if (row->runs_before > 0) {
		buf_fmt(out, ", never before in %zu", row->runs_before);
	}
}

static void back_words(struct buf *out, const struct report_input *input,
		       const struct delta_row *row)
{
	(void)input;
	failed_of(out, row->failed, row->runs);
	buf_fmt(out, ", and before in %zu of %zu", row->failed_before, row->runs_before);
}

static bool is_broken_now(const struct test_judgement *test)
{
	return test->streak > 0 && (test->state == STATE_BROKEN || test->broken_now);
}

static void worse_words(struct buf *out, const struct report_input *input,
			const struct delta_row *row)
{
	const struct test_judgement *test = delta_test(input, row);

	if (is_broken_now(test)) {
		buf_fmt(out, "red %zu times in a row since ", test->streak);
		words_date(out, input->longer->evidence.runs.items[test->streak_start].started_us);
		buf_fmt(out, ", before in %zu of %zu", row->failed_before, row->runs_before);
		return;
	}
	buf_str_add(out, "fails in ");
	share(out, row->failed, row->runs);
	buf_str_add(out, " of its runs, before in ");
	share(out, row->failed_before, row->runs_before);
}

static void fixed_words(struct buf *out, const struct report_input *input,
			const struct delta_row *row)
{
	(void)input;
	buf_str_add(out, "passed in ");
	words_count(out, row->runs - row->failed, "run", "runs");
	buf_str_add(out, ", before it ");
	failed_of(out, row->failed_before, row->runs_before);
}

void words_delta(struct buf *out, const struct report_input *input, const struct delta_row *row)
{
	static row_words_fn *const words[] = {
		[DELTA_NEW] = new_words,
		[DELTA_BACK] = back_words,
		[DELTA_WORSE] = worse_words,
		[DELTA_FIXED] = fixed_words,
	};

	if (row->kind != DELTA_FIXED) {
		buf_fmt(out, "%s, ", test_state_name(delta_test(input, row)->state));
	}
	words[row->kind](out, input, row);
}

void words_delta_title(struct buf *out, const struct report_input *input)
{
	int64_t from_us = 0, days = 0;

	if (!delta_is_known(input)) {
		return;
	}
	/* nobody compares with days of which nothing is on record */
	from_us = input->longer->evidence.runs.items[0].started_us;
	from_us = from_us > input->compare_us ? from_us : input->compare_us;
	days = (input->since_us - from_us + US_PER_DAY / 2) / US_PER_DAY;
	buf_str_add(out, "What changed, against ");
	if (days > 1) {
		buf_fmt(out, "the %lld days before", (long long)days);
	} else {
		buf_str_add(out, days == 1 ? "the day before" : "the time before");
	}
}

void words_delta_counts(struct buf *out, const struct delta *delta)
{
	static const struct {
		enum delta_kind kind;
		const char *words;
	} parts[] = {
		{DELTA_NEW, "new"},
		{DELTA_BACK, "back again"},
		{DELTA_WORSE, "worse"},
		{DELTA_FIXED, "fixed"},
	};
	size_t start = out->len;

	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		if (delta->count[parts[i].kind] > 0) {
			buf_fmt(out, "%s%zu %s", out->len > start ? ", " : "",
				delta->count[parts[i].kind], parts[i].words);
		}
	}
	if (out->len == start) {
		buf_str_add(out, "nothing new, nothing worse");
	}
}

#define SOON_US (7 * US_PER_DAY)

void ledger_changes_find(const struct report_input *input, struct ledger_changes *out)
{
	if (!input->quarantine) {
		return;
	}
	VEC_EACH (const struct quarantine_standing, standing, input->quarantine) {
		const struct quarantine_row *row = &standing->row;
		/* the last day counts to its end */
		int64_t left_us = row->expires_us + US_PER_DAY - input->now_us;

		if (row->added_us >= input->since_us) {
			*VEC_PUSH(out) = (struct ledger_change){"Quarantined", row};
		}
		if (left_us > 0 && left_us <= SOON_US) {
			*VEC_PUSH(out) = (struct ledger_change){"Expires", row};
		}
	}
}

void words_ledger_change(struct buf *out, const struct ledger_change *change)
{
	buf_str_add(out, "until ");
	words_date(out, change->row->expires_us);
	buf_fmt(out, ", %s: %s", change->row->owner, change->row->reason);
}
