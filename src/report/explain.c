/* SPDX-License-Identifier: Apache-2.0 */
#include "report/explain.h"

#include "base/str.h"
#include "failure/classify.h"
#include "report/headline.h"
#include "report/paint.h"
#include "report/quarantine_words.h"
#include "report/run_json.h"
#include "report/run_lines.h"
#include "report/verdict.h"
#include "report/words.h"
#include "text/duration.h"

/* Of each kind of thing at most so many are listed for people. */
#define LIST_MAX 50

static void wrapped(const struct explain_input *input, size_t indent, const char *text,
		    struct buf *out)
{
	paint_wrapped(out, &(struct paint){NULL, indent, input->summary.width}, text);
}

/* "run 01a2190e · job unit (os=linux) · 2 h ago · commit 5edbe52aac" */
static void which_run(const struct explain_input *input, struct buf *out)
{
	const struct run *run = input->summary.run;
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	buf_fmt(&text, "%s %s · job %s", run->imported ? "import" : "run", run->key,
		str_or(run->job, "(no name)"));
	if (!str_empty(run->variant)) {
		buf_fmt(&text, " (%s)", run->variant);
	}
	buf_str_add(&text, " · ");
	time_show_ago(&text, run->started_us, input->now_us);
	if (run->source.commit) {
		buf_fmt(&text, " · commit %.*s%s", WORDS_COMMIT, run->source.commit,
			run->source.dirty ? " and changes" : "");
	}
	wrapped(input, 2, buf_str(&text), out);
}

static void row(const struct explain_input *input, const char *label, const char *text,
		struct buf *out)
{
	CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);

	buf_fmt(&line, "%s: %s", label, text);
	wrapped(input, 6, buf_str(&line), out);
}

static void matched(const struct explain_input *input, const struct classified *finding,
		    const char *service, struct buf *out)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	buf_str_add(&text, failure_class_name(finding->class));
	if (!str_empty(finding->subcode)) {
		buf_fmt(&text, " (%s)", finding->subcode);
	}
	row(input, "class", buf_str(&text), out);
	if (finding->endpoint) {
		row(input, "service", finding->endpoint, out);
	}
	buf_clear(&text);
	buf_fmt(&text, "%s, one of %s", finding->rule,
		finding->project ? "the project's" : "steady's");
	row(input, "rule", buf_str(&text), out);
	row(input, "line", finding->line, out);
	row(input, "advice", verdict_advice(input->summary.run, finding, service), out);
}

static void unmatched(const struct explain_input *input, const struct failure *failure,
		      const struct classified *finding, struct buf *out)
{
	if (failure && failure->forgotten) {
		row(input, "class",
		    "unknown: its text was dropped for space (steady history compact)", out);
		return;
	}

	row(input, "class",
	    finding->asserts ? "none, no rule matched (an assertion only speaks of such words)"
			     : "none, no rule matched",
	    out);
	row(input, "looked at first", str_or(finding->seen, "nothing, the report has no text"),
	    out);
}

static void signature(const struct explain_input *input, const struct failure *failure,
		      size_t alike, struct buf *out)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	if (!failure || !*failure->signature) {
		return;
	}
	buf_fmt(&text, "%s, seen in ", failure->signature);
	if (alike == 0) {
		buf_str_add(&text, "no other run");
	} else {
		words_count(&text, alike, "other run", "other runs");
	}
	row(input, "signature", buf_str(&text), out);
}

static void failed_test(const struct explain_input *input, const struct map *counts,
			const struct failed_test *test, struct buf *out)
{
	const struct run *run = input->summary.run;
	const struct failure *failure = test->first->failure;
	CLEANUP(classified_release) struct classified finding = {0};
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	failure_classify_by(input->summary.rules, failure, &finding);
	run_line_failed(&input->summary, test, out);
	verdict_words(out, run, counts, test);
	buf_char(out, '\n');
	verdict_failure(&text, failure);
	if (text.len > 0) {
		wrapped(input, 6, buf_str(&text), out);
	}
	run_line_ruling(&input->summary, test, out);
	if (test->first->outcome == OUTCOME_ERROR) {
		row(input, "outcome", "error, which is no failed assertion", out);
	}
	if (finding.class == CLASS_NONE) {
		unmatched(input, failure, &finding, out);
	} else {
		matched(input, &finding, test->service, out);
	}
	signature(input, failure, input->alike[test - run->failed.items], out);
}

/* What stays failed comes first: it needs a person. */
static void failed_tests(const struct explain_input *input, struct buf *out)
{
	const struct failed_test_list *list = &input->summary.run->failed;
	CLEANUP(map_release) struct map counts = {0};
	size_t shown = 0;

	verdict_count(input->summary.run, &counts);
	for (int flaky = 0; flaky <= 1; flaky++) {
		VEC_EACH (const struct failed_test, test, list) {
			if (!quarantine_leaves(test) == (flaky == 1) && shown < LIST_MAX) {
				failed_test(input, &counts, test, out);
				shown++;
			}
		}
	}
	run_line_more(&input->summary, list->len, LIST_MAX, out);
}

static const char *nothing_to_explain(const struct run *run)
{
	if (run->thinned) {
		return "its results were dropped for space (steady history compact); what it came "
		       "to is still part of steady report and steady show";
	}
	return run->outcome == RUN_PASSED ? "no failed test: nothing to explain" : "no failed test";
}

void explain_text(const struct explain_input *input, struct buf *out)
{
	const struct run *run = input->summary.run;

	headline(&input->summary, out);
	which_run(input, out);
	if (!str_empty(run->because)) {
		wrapped(input, 2, run->because, out);
	}
	run_lines_causes(&input->summary, LIST_MAX, out);
	failed_tests(input, out);
	run_lines_waits(&input->summary, LIST_MAX, out);
	if (run->failed.len == 0) {
		wrapped(input, 2, nothing_to_explain(run), out);
	}
}

void explain_json(const struct explain_input *input, struct buf *out)
{
	AUTO_JSON struct json *object = json_new_object();

	run_json_head(object, input->summary.run);
	json_put_bool(object, "recorded", true);
	if (input->summary.run->thinned) {
		json_put_bool(object, "thinned", true);
	}
	json_put(object, "failures", run_json_failures(&input->summary, input->alike));
	json_write(object, 2, out);
	buf_char(out, '\n');
}
