/* SPDX-License-Identifier: Apache-2.0 */
#include "report/text_parts.h"

#include "base/mem.h"
#include "report/paint.h"
#include "report/words.h"
#include "text/duration.h"
#include "text/table.h"

#include <string.h>

/* Names may be as long as they like: they stand on lines of their own, and the numbers below them line up
 * from test to test. Below these stand what else is known and what the failure says. */

#define COLUMNS_MOST 6

typedef void row_fn(const struct report_input *input, const struct test_judgement *test,
		    struct table *table);

struct section {
	enum test_state state;
	const char *colour;
	const char *title;
	const char *heads[COLUMNS_MOST];
	row_fn *row;
};

static void table_buf(struct table *table, const struct buf *text)
{
	table_cell(table, buf_str(text));
}

static void ago_cell(const struct report_input *input, struct table *table, size_t run)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	time_show_ago(&text, input->evidence->runs.items[run].started_us, input->now_us);
	table_buf(table, &text);
}

static void job_cell(const struct test_judgement *test, struct table *table)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	words_job(&text, test);
	table_buf(table, &text);
}

static void flaky_row(const struct report_input *input, const struct test_judgement *test,
		      struct table *table)
{
	CLEANUP(buf_release) struct buf rate = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf evidence = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf lost = BUF_INIT(BUF_OWN_MAX);

	table_fmt(table, "%zu of %zu", test->failures, test->runs);
	words_rate(&rate, &test->rate);
	table_buf(table, &rate);
	words_evidence(&evidence, test);
	table_buf(table, &evidence);
	ago_cell(input, table, test->last_failure);
	words_minutes(&lost, test->minutes_lost);
	buf_str_add(&lost, " min");
	table_buf(table, &lost);
	job_cell(test, table);
}

static void broken_row(const struct report_input *input, const struct test_judgement *test,
		       struct table *table)
{
	table_fmt(table, "%zu", test->streak);
	ago_cell(input, table, test->streak_start);
	ago_cell(input, table, test->last_failure);
	job_cell(test, table);
}

static void fixed_row(const struct report_input *input, const struct test_judgement *test,
		      struct table *table)
{
	table_fmt(table, "%zu of %zu", test->failures, test->runs);
	ago_cell(input, table, test->last_failure);
	job_cell(test, table);
}

static void undecided_row(const struct report_input *input, const struct test_judgement *test,
			  struct table *table)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	table_fmt(table, "%zu of %zu", test->failures, test->runs);
	words_probability(&text, test->probability);
	table_buf(table, &text);
	table_fmt(table, "about %zu runs", test->runs_needed);
	ago_cell(input, table, test->last_failure);
	job_cell(test, table);
}

static const struct section sections[] = {
	{STATE_FLAKY,
	 PAINT_YELLOW,
	 "Flaky, most minutes lost first",
	 {">failed", "rate (90 %)", "evidence", "last", ">lost", "job"},
	 flaky_row},
	{STATE_BROKEN,
	 PAINT_RED,
	 "Broken, not flaky: every run of its newest content fails",
	 {">in a row", "since", "last", "job"},
	 broken_row},
	{STATE_FIXED, PAINT_BOLD, "Broken and fixed", {">failed", "last", "job"}, fixed_row},
	{STATE_UNDECIDED,
	 PAINT_BOLD,
	 "Not decided yet: a rare flake, or a break on one source",
	 {">failed", ">flaky with", "known after", "last", "job"},
	 undecided_row},
};

static size_t columns_of(const struct section *section)
{
	size_t count = 0;

	while (count < COLUMNS_MOST && section->heads[count]) {
		count++;
	}
	return count;
}

/* Below the numbers of a test. */
static void below(const struct report_input *input, const struct test_judgement *test,
		  struct buf *out)
{
	struct paint paint = {input->colour ? PAINT_DIM : NULL, 4, input->width};
	const char *example = words_failure(input->evidence, test);
	CLEANUP(buf_release) struct buf more = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(strv_release) struct strv suspects = {0};

	words_beside(&more, input, test);
	if (more.len > 0) {
		paint_wrapped(out, &(struct paint){NULL, 4, input->width}, buf_str(&more));
	}
	words_suspects(&suspects, input, test);
	for (size_t i = 0; i < suspects.len; i++) {
		paint_line(out, &(struct paint){NULL, 4, input->width}, suspects.items[i]);
	}
	if (example) {
		paint_line(out, &paint, example);
	}
}

/* Puts each test's name above its line of the table, and what else there is to say below. */
static void interleave(const struct report_input *input, enum test_state state, const char *lines,
		       struct buf *out)
{
	struct paint paint = {input->colour ? PAINT_BOLD : NULL, 2, input->width};
	const char *line = strchr(lines, '\n') + 1;

	buf_add(out, lines, (size_t)(line - lines));
	for (size_t i = 0; *line; i++) {
		const struct test_judgement *test = flake_report_ranked(input->flakes, state, i);
		const char *end = strchr(line, '\n') + 1;
		CLEANUP(buf_release) struct buf name = BUF_INIT(BUF_OWN_MAX);

		words_test(&name, input->evidence, test);
		paint_line(out, &paint, buf_str(&name));
		buf_add(out, line, (size_t)(end - line));
		below(input, test, out);
		line = end;
	}
}

static void show_section(const struct report_input *input, const struct section *section,
			 struct buf *out)
{
	CLEANUP(table_release)
	struct table table = {.heads = section->heads, .columns = columns_of(section)};
	CLEANUP(buf_release) struct buf lines = BUF_INIT(BUF_OWN_MAX);
	size_t count = input->flakes->count[section->state];
	size_t top = report_top(input, WORDS_TOP);
	size_t shown = count < top ? count : top;

	text_heading(input, section->colour, section->title, out);
	for (size_t i = 0; i < shown; i++) {
		section->row(input, flake_report_ranked(input->flakes, section->state, i), &table);
	}
	table_show(&table, 4, paint_width(input->width), &lines);
	interleave(input, section->state, buf_str(&lines), out);
	if (shown < count) {
		buf_fmt(out, "  … and %zu more: --format json lists all\n", count - shown);
	}
}

void text_tests(const struct report_input *input, struct buf *out)
{
	for (size_t i = 0; i < ARRAY_LEN(sections); i++) {
		if (input->flakes->count[sections[i].state] > 0) {
			show_section(input, &sections[i], out);
		}
	}
}
