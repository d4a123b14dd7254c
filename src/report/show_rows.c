/* SPDX-License-Identifier: Apache-2.0 */
#include "report/show_rows.h"

#include "analyze/looks.h"
#include "base/str.h"
#include "report/words.h"
#include "text/duration.h"

#include <stdlib.h>

#define FAILURES_MAX   5
#define SIGNATURES_MAX 5
#define AROUND_MAX     8 /* waits and services of one run */

static void add(struct show_rows *rows, const char *label, struct buf *text)
{
	*VEC_PUSH(rows) = (struct show_row){.label = label, .text = buf_take(text)};
}

static void record(const struct test_judgement *test, struct show_rows *out)
{
	struct buf text = BUF_INIT(BUF_OWN_MAX);

	buf_fmt(&text, "failed in %zu of ", test->failures);
	words_count(&text, test->runs, "run", "runs");
	if (test->failures > 0) {
		buf_str_add(&text, "; rate, with 90 %: ");
		words_rate(&text, &test->rate);
	}
	add(out, "record", &text);
}

static void evidence(const struct test_judgement *test, struct show_rows *out)
{
	struct buf text = BUF_INIT(BUF_OWN_MAX);

	buf_fmt(&text, "%zu verified retr%s, %zu source%s with both outcomes; flaky with ",
		test->flaky_runs, test->flaky_runs == 1 ? "y" : "ies", test->disagreeing_sources,
		test->disagreeing_sources == 1 ? "" : "s");
	words_probability(&text, test->probability);
	add(out, "evidence", &text);
}

static void known(const struct report_input *input, const struct test_judgement *test,
		  struct show_rows *out)
{
	struct buf text = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(strv_release) struct strv suspects = {0};

	words_more(&text, input, test);
	if (text.len > 0) {
		add(out, "known", &text);
	}
	buf_release(&text);
	words_suspects(&suspects, input, test);
	for (size_t i = 0; i < suspects.len; i++) {
		struct buf line = BUF_INIT(BUF_OWN_MAX);

		buf_str_add(&line, suspects.items[i]);
		add(out, "known", &line);
	}
}

/* As the report has it, which shares the time of a run among its flaky tests. */
static void cost(const struct report_input *input, const struct test_judgement *test,
		 struct show_rows *out)
{
	struct buf text = BUF_INIT(BUF_OWN_MAX);

	if (input->alone || (test->minutes_lost <= 0 && test->false_reds == 0)) {
		return;
	}
	words_minutes(&text, test->minutes_lost);
	buf_str_add(&text, " minutes lost; it failed in ");
	words_count(&text, test->false_reds, "run", "runs");
	buf_str_add(&text, " red only through flakes");
	add(out, "cost", &text);
}

/* What more runs would show. */
static void outlook(const struct test_judgement *test, struct show_rows *out)
{
	struct buf text = BUF_INIT(BUF_OWN_MAX);

	if (test->state == STATE_UNDECIDED) {
		buf_str_add(&text, "about ");
		words_count(&text, test->runs_needed, "more run", "more runs");
		buf_str_add(&text, " until more is known");
	} else if (test->state == STATE_FLAKY && test->clean.needed > 0) {
		words_count(&text, test->clean.needed, "more run", "more runs");
		buf_str_add(&text, " without a failure, and it is most likely mended");
	} else {
		return;
	}
	add(out, "outlook", &text);
}

void show_failures_find(const struct report_input *input, const struct test_judgement *test,
			size_t most, struct show_failures *out)
{
	const struct evidence *facts = input->evidence;
	size_t first = evidence_first_observation(facts, test->test);
	size_t end = evidence_first_observation(facts, test->test + 1);

	for (size_t i = end; i > first && out->len < most; i--) {
		const struct observation *seen = &facts->observations.items[i - 1];
		const struct run_facts *run = &facts->runs.items[seen->run];

		if (run_facts_in_lane(run, test->job, test->variant) && observation_is_bad(seen)) {
			*VEC_PUSH(out) = (struct show_failure){seen, run};
		}
	}
}

static void add_wait(const struct wait *wait, struct strv *out)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	buf_fmt(&text, "%s %s after ", wait->service, wait->ready ? "ready" : "not ready");
	duration_show(&text, wait->duration_us);
	if (wait->limit_us > 0) {
		buf_str_add(&text, " of ");
		duration_show(&text, wait->limit_us);
	}
	if (!wait->ready && !str_empty(wait->error)) {
		buf_fmt(&text, ": %s", wait->error);
	}
	strv_add(out, buf_str(&text));
}

static void add_events(const struct report_input *input, size_t run, struct strv *out)
{

	VEC_EACH (const struct event_facts, facts, &input->evidence->events) {
		if (facts->run == run && out->len < AROUND_MAX) {
			strv_fmt(out, "%s %s%s%s", facts->event.service,
				 words_change(facts->event.change),
				 str_empty(facts->event.detail) ? "" : ": ",
				 str_or(facts->event.detail, ""));
		}
	}
}

static void add_waits(const struct report_input *input, size_t run, struct strv *out)
{
	VEC_EACH (const struct wait_facts, facts, &input->evidence->waits) {
		if (facts->run == run && !facts->wait.cancelled && facts->wait.duration_us >= 0 &&
		    out->len < AROUND_MAX) {
			add_wait(&facts->wait, out);
		}
	}
}

void show_surroundings(const struct report_input *input, const struct show_failure *failure,
		       struct strv *out)
{
	add_events(input, failure->seen->run, out);
	add_waits(input, failure->seen->run, out);
}

/* What went down is said of each failure, how the waits went of the newest alone: mostly they went well. */
static void failures(const struct report_input *input, const struct test_judgement *test,
		     struct show_rows *out)
{
	struct show_failures found = {0};

	show_failures_find(input, test, FAILURES_MAX, &found);
	VEC_EACH (const struct show_failure, failure, &found) {
		struct buf text = BUF_INIT(BUF_OWN_MAX);
		CLEANUP(strv_release) struct strv around = {0};

		time_show_ago(&text, failure->run->started_us, input->now_us);
		if (failure->run->commit) {
			buf_fmt(&text, "  %.*s", WORDS_COMMIT, failure->run->commit);
		}
		if (failure->seen->has_signature) {
			buf_fmt(&text, "  %s",
				input->evidence->signatures.items[failure->seen->signature]
					.example);
		}
		add(out, "failures", &text);
		add_events(input, failure->seen->run, &around);
		if (failure == found.items) {
			add_waits(input, failure->seen->run, &around);
		}
		for (size_t i = 0; i < around.len; i++) {
			*VEC_PUSH(out) = (struct show_row){.label = "failures",
							   .text = mem_str(around.items[i]),
							   .below = true};
		}
	}
	VEC_FREE(&found);
}

/* Where there are several: how often each, and what they are. */
static void signatures(const struct report_input *input, const struct test_judgement *test,
		       struct show_rows *out)
{
	for (size_t i = 0; test->signatures.len > 1 && i < test->signatures.len; i++) {
		const struct signature_count *count = &test->signatures.items[i];
		const struct signature_facts *facts =
			&input->evidence->signatures.items[count->signature];
		struct buf text = BUF_INIT(BUF_OWN_MAX);

		if (i == SIGNATURES_MAX) {
			buf_fmt(&text, "… and %zu more", test->signatures.len - i);
			add(out, "kinds", &text);
			return;
		}
		words_count(&text, count->count, "time", "times");
		buf_fmt(&text, "  %.8s  %s%s%s", facts->id, str_or(facts->class_name, ""),
			facts->class_name ? "  " : "", facts->example);
		add(out, "kinds", &text);
	}
}

void show_rows_make(const struct report_input *input, const struct test_judgement *test,
		    struct show_rows *out)
{
	record(test, out);
	evidence(test, out);
	cost(input, test, out);
	known(input, test, out);
	outlook(test, out);
	failures(input, test, out);
	signatures(input, test, out);
}

void show_rows_release(struct show_rows *rows)
{
	VEC_EACH (struct show_row, row, rows) {
		free(row->text);
	}
	VEC_FREE(rows);
}

void show_window(struct buf *out, const struct report_input *input)
{
	if (input->alone) {
		return;
	}
	words_date(out, input->since_us);
	buf_str_add(out, " to ");
	words_date(out, input->until_us);
	if (input->branch) {
		buf_fmt(out, ", branch %s", input->branch);
	}
}

void show_lane_title(struct buf *out, const struct test_judgement *test)
{
	buf_str_add(out, "job ");
	words_job(out, test);
	buf_fmt(out, ": %s",
		test->state == STATE_OTHER       ? "neither flaky nor broken"
		: test->state == STATE_UNDECIDED ? "not decided yet"
						 : test_state_name(test->state));
}
