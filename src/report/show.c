/* SPDX-License-Identifier: Apache-2.0 */
#include "report/show.h"

#include "base/str.h"
#include "report/paint.h"
#include "report/words.h"
#include "text/duration.h"

#define STRIP_MAX      60
#define FAILURES_MAX   5
#define SIGNATURES_MAX 5

/* "  record   failed in 2 of 9 runs …" */
static void row(struct buf *out, const char *label, const char *text)
{
	buf_fmt(out, "  %-8s ", label);
	paint_escape(out, text);
	buf_char(out, '\n');
}

static void record(const struct test_judgement *judged, struct buf *out)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	buf_fmt(&text, "failed in %zu of ", judged->failures);
	words_count(&text, judged->runs, "run", "runs");
	buf_str_add(&text, "; rate, with 90 %: ");
	words_rate(&text, &judged->rate);
	row(out, "record", buf_str(&text));
}

static void evidence(const struct test_judgement *judged, struct buf *out)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	buf_fmt(&text, "%zu verified retr%s, %zu source%s with both outcomes; flaky with ",
		judged->flaky_runs, judged->flaky_runs == 1 ? "y" : "ies",
		judged->disagreeing_sources, judged->disagreeing_sources == 1 ? "" : "s");
	words_probability(&text, judged->probability);
	row(out, "evidence", buf_str(&text));
}

/* What more runs would show. */
static void outlook(const struct test_judgement *judged, struct buf *out)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	if (judged->state == STATE_UNDECIDED) {
		buf_str_add(&text, "about ");
		words_count(&text, judged->runs_needed, "more run", "more runs");
		buf_str_add(&text, " until more is known");
	} else if (judged->state == STATE_FLAKY && judged->clean.needed > 0) {
		words_count(&text, judged->clean.needed, "more run", "more runs");
		buf_str_add(&text, " without a failure, and it is most likely mended");
	} else {
		return;
	}
	row(out, "outlook", buf_str(&text));
}

/* One letter a run: what happened to the test in it. */
static char letter_of(const struct observation *seen)
{
	if (seen->passed_retry || seen->failed_then_passed) {
		return 'R';
	}
	if (outcome_is_bad(seen->first)) {
		return 'F';
	}
	return seen->first == OUTCOME_SKIPPED ? 's' : '.';
}

/* The test's last runs, oldest first. */
static void strip(const struct report_input *input, const struct test_judgement *judged,
		  struct buf *out)
{
	const struct evidence *facts = input->evidence;
	CLEANUP(buf_release) struct buf letters = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	size_t at = 0;

	for (size_t run = 0; run < facts->runs.len; run++) {
		const struct observation *seen = NULL;

		if (at < facts->observations.len && facts->observations.items[at].run == run) {
			seen = &facts->observations.items[at++];
		}
		if (run_facts_in_lane(&facts->runs.items[run], judged->job, judged->variant) &&
		    (seen || evidence_ran(facts, judged->test, run))) {
			buf_char(&letters, seen ? letter_of(seen) : '.');
		}
	}
	buf_fmt(&text, "%s   (. pass, F fail, R failed then passed on a retry, s skip)",
		buf_str(&letters) + (letters.len > STRIP_MAX ? letters.len - STRIP_MAX : 0));
	row(out, "runs", buf_str(&text));
}

static void failures(const struct report_input *input, const struct test_judgement *judged,
		     struct buf *out)
{
	const struct evidence *facts = input->evidence;
	size_t shown = 0;

	for (size_t i = facts->observations.len; i > 0 && shown < FAILURES_MAX; i--) {
		const struct observation *seen = &facts->observations.items[i - 1];
		const struct run_facts *run = &facts->runs.items[seen->run];
		CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

		if (!run_facts_in_lane(run, judged->job, judged->variant) || !seen->has_signature) {
			continue;
		}
		time_show_ago(&text, run->started_us, input->now_us);
		if (run->commit) {
			buf_fmt(&text, "  %.*s", WORDS_COMMIT, run->commit);
		}
		buf_fmt(&text, "  %s", facts->signatures.items[seen->signature].example);
		row(out, shown++ ? "" : "failures", buf_str(&text));
	}
}

/* Where there are several: how often each, and what they are. */
static void signatures(const struct report_input *input, const struct test_judgement *judged,
		       struct buf *out)
{
	for (size_t i = 0; judged->signatures.len > 1 && i < judged->signatures.len; i++) {
		const struct signature_count *count = &judged->signatures.items[i];
		const struct signature_facts *facts =
			&input->evidence->signatures.items[count->signature];
		CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

		if (i == SIGNATURES_MAX) {
			buf_fmt(&text, "… and %zu more", judged->signatures.len - i);
			row(out, "", buf_str(&text));
			return;
		}
		words_count(&text, count->count, "time", "times");
		buf_fmt(&text, "  %.8s  %s%s%s", facts->id, str_or(facts->class_name, ""),
			facts->class_name ? "  " : "", facts->example);
		row(out, i ? "" : "kinds", buf_str(&text));
	}
}

static void lane(const struct report_input *input, const struct test_judgement *judged,
		 struct buf *out)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(strv_release) struct strv suspects = {0};

	buf_str_add(&text, "job ");
	words_job(&text, judged);
	buf_fmt(&text, ": %s",
		judged->state == STATE_OTHER       ? "neither flaky nor broken"
		: judged->state == STATE_UNDECIDED ? "not decided yet"
						   : test_state_name(judged->state));
	paint_escape(out, buf_str(&text));
	buf_char(out, '\n');
	record(judged, out);
	evidence(judged, out);
	buf_clear(&text);
	words_more(&text, input, judged);
	if (text.len > 0) {
		row(out, "known", buf_str(&text));
	}
	words_suspects(&suspects, input, judged);
	for (size_t i = 0; i < suspects.len; i++) {
		row(out, "", suspects.items[i]);
	}
	outlook(judged, out);
	strip(input, judged, out);
	failures(input, judged, out);
	signatures(input, judged, out);
}

void show_text(const struct report_input *input, struct buf *out)
{
	const struct test_facts *test = &input->evidence->tests.items[0];
	CLEANUP(buf_release) struct buf name = BUF_INIT(BUF_OWN_MAX);

	test_name_show(&test->name, &name);
	paint_escape(out, buf_str(&name));
	buf_char(out, '\n');
	row(out, "id", test->id);
	if (test->name.file) {
		row(out, "file", test->name.file);
	}
	if (test->owner) {
		row(out, "owner", test->owner);
	}
	if (test->rerun) {
		/* to be copied: it is escaped already */
		buf_fmt(out, "  %-8s %s\n", "again", test->rerun);
	}
	VEC_EACH (const struct test_judgement, judged, &input->flakes->tests) {
		lane(input, judged, out);
	}
}
