/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"
#include "report/page_parts.h"
#include "report/words.h"
#include "text/duration.h"
#include "text/escape.h"

/* The tests, a table for each state: what stands in a column is one function. */

#define TESTS_MOST   500 /* flaky or broken */
#define OTHERS_MOST  100
#define COLUMNS_MOST 7 /* and one without a title */

struct cell {
	struct buf text; /* plain: it is escaped afterwards */
	double value;    /* what it is sorted by */
};

typedef void cell_fn(const struct page *page, const struct test_judgement *test, struct cell *out);

struct column {
	const char *title; /* with a ">" sorted by its value, else by its text */
	cell_fn *fill;
};

struct section {
	enum test_state state;
	const char *id, *title, *note;
	struct column columns[COLUMNS_MOST];
};

static void date_cell(const struct page *page, size_t run, struct cell *out)
{
	int64_t at_us = page->input->evidence->runs.items[run].started_us;

	words_date(&out->text, at_us);
	out->value = (double)at_us / 1e6;
}

static void lost_cell(const struct page *page, const struct test_judgement *test, struct cell *out)
{
	(void)page;
	words_minutes(&out->text, test->minutes_lost);
	out->value = test->minutes_lost;
}

static void failed_cell(const struct page *page, const struct test_judgement *test,
			struct cell *out)
{
	(void)page;
	buf_fmt(&out->text, "%zu of %zu", test->failures, test->runs);
	out->value = (double)test->failures;
}

static void rate_cell(const struct page *page, const struct test_judgement *test, struct cell *out)
{
	(void)page;
	words_rate(&out->text, &test->rate);
	out->value = test->rate.mean;
}

static void evidence_cell(const struct page *page, const struct test_judgement *test,
			  struct cell *out)
{
	(void)page;
	words_evidence(&out->text, test);
	out->value = (double)(test->flaky_runs + test->disagreeing_sources);
}

static void last_cell(const struct page *page, const struct test_judgement *test, struct cell *out)
{
	date_cell(page, test->last_failure, out);
}

static void since_cell(const struct page *page, const struct test_judgement *test, struct cell *out)
{
	date_cell(page, test->streak_start, out);
}

static void streak_cell(const struct page *page, const struct test_judgement *test,
			struct cell *out)
{
	(void)page;
	buf_fmt(&out->text, "%zu", test->streak);
	out->value = (double)test->streak;
}

static void chance_cell(const struct page *page, const struct test_judgement *test,
			struct cell *out)
{
	(void)page;
	words_probability(&out->text, test->probability);
	out->value = test->probability;
}

static void needed_cell(const struct page *page, const struct test_judgement *test,
			struct cell *out)
{
	(void)page;
	buf_fmt(&out->text, "%zu", test->runs_needed);
	out->value = (double)test->runs_needed;
}

static void job_cell(const struct page *page, const struct test_judgement *test, struct cell *out)
{
	(void)page;
	words_job(&out->text, test);
}

static const struct section sections[] = {
	{STATE_FLAKY,
	 "flaky",
	 "Flaky",
	 "Most minutes lost lately first.",
	 {{">Minutes lost", lost_cell},
	  {">Failed", failed_cell},
	  {">Rate (90 %)", rate_cell},
	  {">Evidence", evidence_cell},
	  {">Last", last_cell},
	  {"Job", job_cell}}},
	{STATE_BROKEN,
	 "broken",
	 "Broken, not flaky",
	 "Every run of its newest content fails.",
	 {{">Failing runs in a row", streak_cell},
	  {">Since", since_cell},
	  {">Last", last_cell},
	  {"Job", job_cell}}},
	{STATE_FIXED,
	 "fixed",
	 "Broken and fixed",
	 NULL,
	 {{">Failed", failed_cell}, {">Last", last_cell}, {"Job", job_cell}}},
	{STATE_UNDECIDED,
	 "undecided",
	 "Not decided yet",
	 "A rare flake, or a break on one source.",
	 {{">Failed", failed_cell},
	  {">Flaky with", chance_cell},
	  {">Runs until more is known", needed_cell},
	  {">Last", last_cell},
	  {"Job", job_cell}}},
};

void page_anchor(const struct page *page, const struct test_judgement *test, struct buf *out)
{
	buf_fmt(out, "t-%.12s-%zu", page->input->evidence->tests.items[test->test].id,
		strip_lane(&page->strips, test));
}

/* A line below the name. */
static void detail(const struct page *page, const char *label, const char *words)
{
	if (str_empty(words)) {
		return;
	}
	buf_fmt(page->out, "<dt>%s</dt><dd>", label);
	escape_html(page->out, words);
	buf_str_add(page->out, "</dd>\n");
}

static void details(const struct page *page, const struct test_judgement *test)
{
	const struct test_facts *facts = &page->input->evidence->tests.items[test->test];
	CLEANUP(buf_release) struct buf words = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(strv_release) struct strv suspects = {0};

	buf_str_add(page->out, "<details><summary>More</summary>\n<dl>\n");
	words_more(&words, page->input, test);
	detail(page, "Known", buf_str(&words));
	words_suspects(&suspects, page->input, test);
	for (size_t i = 0; i < suspects.len; i++) {
		detail(page, "Suspect", suspects.items[i]);
	}
	VEC_EACH (const struct signature_count, count, &test->signatures) {
		const struct signature_facts *signature =
			&page->input->evidence->signatures.items[count->signature];

		buf_clear(&words);
		words_count(&words, count->count, "time", "times");
		if (signature->class_name) {
			buf_fmt(&words, " (%s)", signature->class_name);
		}
		buf_fmt(&words, ": %s", str_or(signature->example, ""));
		detail(page, "Failed", buf_str(&words));
		if (count - test->signatures.items == 4) {
			break;
		}
	}
	detail(page, "Owner", facts->owner);
	detail(page, "File", facts->name.file);
	buf_clear(&words);
	words_trace(&words, page->input, facts, true);
	detail(page, "Trace", buf_str(&words));
	detail(page, "Again", facts->rerun);
	buf_str_add(page->out, "</dl></details>\n");
}

static void name_cell(const struct page *page, const struct test_judgement *test)
{
	CLEANUP(buf_release) struct buf words = BUF_INIT(BUF_OWN_MAX);
	const char *failure = words_failure(page->input->evidence, test);

	buf_str_add(page->out, "<th scope=\"row\"><a class=\"name\" href=\"#");
	page_anchor(page, test, page->out);
	buf_str_add(page->out, "\"><code>");
	words_test(&words, page->input->evidence, test);
	page_text(page, &words);
	buf_str_add(page->out, "</code></a>\n");
	page_strip(page, test);
	if (failure) {
		buf_str_add(page->out, "<p class=\"said\">");
		escape_html(page->out, failure);
		buf_str_add(page->out, "</p>\n");
	}
	details(page, test);
	buf_str_add(page->out, "</th>");
}

static void row(const struct page *page, const struct section *section,
		const struct test_judgement *test)
{
	buf_str_add(page->out, "<tr id=\"");
	page_anchor(page, test, page->out);
	buf_str_add(page->out, "\">");
	name_cell(page, test);
	for (const struct column *column = section->columns; column->title; column++) {
		struct cell cell = {.text = BUF_INIT(BUF_OWN_MAX)};

		column->fill(page, test, &cell);
		if (*column->title == '>') {
			page_number(page, column->title, (long long)(cell.value * 1000),
				    buf_str(&cell.text));
		} else {
			page_cell(page, column->title, buf_str(&cell.text));
		}
		buf_release(&cell.text);
	}
	buf_str_add(page->out, "</tr>\n");
}

static void table(const struct page *page, const struct section *section)
{
	const char *titles[COLUMNS_MOST + 1] = {"Test"};
	size_t count = page->input->flakes->count[section->state];
	bool matters = section->state == STATE_FLAKY || section->state == STATE_BROKEN;
	size_t top = report_top(page->input, matters ? TESTS_MOST : OTHERS_MOST), shown = 0;

	page_section(page, section->id, section->title);
	buf_fmt(page->out, "<p>%s%s<span class=\"shown\" aria-live=\"polite\"></span></p>\n",
		section->note ? section->note : "", section->note ? " " : "");
	for (size_t i = 0; section->columns[i].title; i++) {
		titles[i + 1] = section->columns[i].title;
	}
	page_table(page, section->id, titles);
	for (; shown < count && shown < top; shown++) {
		row(page, section, flake_report_ranked(page->input->flakes, section->state, shown));
	}
	page_table_end(page, count - shown);
	page_section_end(page);
}

void page_tests(const struct page *page)
{
	bool any = false;

	for (size_t i = 0; i < ARRAY_LEN(sections); i++) {
		if (page->input->flakes->count[sections[i].state] > 0) {
			if (!any) {
				page_legend(page);
			}
			any = true;
			table(page, &sections[i]);
		}
	}
}
