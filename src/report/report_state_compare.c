/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"
#include "report/report_state.h"
#include "report/words.h"
#include "text/escape.h"
#include "text/utf8.h"

#include <string.h>

/* A comment is read in passing: it names so many, and counts the others. */
#define LINES_MOST 12
#define NAME_WIDTH 160

static void name(struct buf *out, const char *text)
{
	CLEANUP(buf_release) struct buf cut = BUF_INIT(BUF_OWN_MAX);

	utf8_cut(&cut, text, NAME_WIDTH);
	escape_markdown_code(out, buf_str(&cut));
}

/* What the report says of that test now; NULL where nobody will read it. */
static const struct test_judgement *
judgement(const struct report_input *input, const struct state_test *test, const struct strv *lines)
{
	if (lines->len >= LINES_MOST) {
		return NULL;
	}
	VEC_EACH (const struct test_judgement, judged, &input->flakes->tests) {
		if (str_eq(input->evidence->tests.items[judged->test].id, test->id) &&
		    str_eq(judged->job, test->job) && str_eq(judged->variant, test->variant)) {
			return judged;
		}
	}
	return NULL;
}

static void add_line(struct strv *lines, const char *word, const struct state_test *test,
		     const struct test_judgement *judged)
{
	CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf cut = BUF_INIT(BUF_OWN_MAX);

	buf_fmt(&line, "- %s: ", word);
	name(&line, test->shown);
	buf_str_add(&line, " in job ");
	utf8_cut(&cut, test->job, NAME_WIDTH);
	escape_markdown(&line, buf_str(&cut));
	if (judged) {
		buf_fmt(&line, ", failed in %zu of ", judged->failures);
		words_count(&line, judged->runs, "run", "runs");
		if (judged->minutes_lost > 0) {
			buf_str_add(&line, ", ");
			words_minutes(&line, judged->minutes_lost);
			buf_str_add(&line, " minutes lost");
		}
	}
	strv_add(lines, buf_str(&line));
}

static void compare_tests(const struct report_state *before, const struct report_state *now,
			  const struct report_input *input, struct strv *lines)
{
	VEC_EACH (const struct state_test, test, &now->tests) {
		const struct state_test *was = report_state_find(before, test);

		if (!was) {
			add_line(lines, test->state == STATE_FLAKY ? "flaky" : "broken", test,
				 judgement(input, test, lines));
		} else if (was->state != test->state) {
			add_line(lines,
				 test->state == STATE_FLAKY ? "flaky, no longer broken"
							    : "broken, no longer only flaky",
				 test, judgement(input, test, lines));
		}
	}
	VEC_EACH (const struct state_test, test, &before->tests) {
		if (!report_state_find(now, test)) {
			add_line(lines, "no longer reported", test, NULL);
		}
	}
}

static void compare_services(const struct report_state *before, const struct report_state *now,
			     struct strv *lines)
{
	for (size_t i = 0; i < now->services.len; i++) {
		CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);

		if (!strv_has(&before->services, now->services.items[i])) {
			buf_str_add(&line, "- not ready in time: ");
			name(&line, now->services.items[i]);
			strv_add(lines, buf_str(&line));
		}
	}
}

void report_state_compare(const struct report_state *before, const struct report_state *now,
			  const struct report_input *input, struct buf *out)
{
	CLEANUP(strv_release) struct strv lines = {0};

	compare_tests(before, now, input, &lines);
	compare_services(before, now, &lines);
	if (lines.len == 0) {
		return;
	}
	if (before->known) {
		buf_str_add(out, "What is different from the report up to ");
		words_date(out, before->until_us);
		buf_str_add(out, ":\n\n");
	} else {
		buf_str_add(out, "The first report:\n\n");
	}
	for (size_t i = 0; i < lines.len && i < LINES_MOST; i++) {
		buf_fmt(out, "%s\n", lines.items[i]);
	}
	if (lines.len > LINES_MOST) {
		buf_fmt(out, "- … and %zu more\n", lines.len - LINES_MOST);
	}
}
