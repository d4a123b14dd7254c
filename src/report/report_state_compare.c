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

/* The worst first. `word` is of those that were not told, `other` of those that were the other one. */
static void compare_state(const struct report_state *before, const struct report_input *input,
			  enum test_state state, const char *word, const char *other,
			  struct strv *lines)
{
	for (size_t i = 0; i < input->flakes->count[state]; i++) {
		const struct test_judgement *judged = flake_report_ranked(input->flakes, state, i);
		struct state_test test = {0};
		const struct state_test *was = NULL;

		report_state_test(input, judged, &test);
		was = report_state_find(before, &test);
		if (!was || was->state != state) {
			add_line(lines, was ? other : word, &test, judged);
		}
		state_test_release(&test);
	}
}

static void compare_gone(const struct report_state *before, const struct report_state *now,
			 struct strv *lines)
{
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

	compare_services(before, now, &lines);
	compare_state(before, input, STATE_BROKEN, "broken", "broken, no longer only flaky",
		      &lines);
	compare_state(before, input, STATE_FLAKY, "flaky", "flaky, no longer broken", &lines);
	compare_gone(before, now, &lines);
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
