/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_PAGE_PARTS_H
#define STEADY_REPORT_PAGE_PARTS_H

#include "analyze/strip.h"
#include "report/report.h"

/*
 * The HTML page: one file that needs nothing else, also under a strict content security policy. All that people read is
 * in the HTML; the script (page/page.js) adds charts, strips, sorting and search. Inside the room.
 */
struct page {
	const struct report_input *input;
	struct buf *out;
	struct strip_maker strips;
	size_t lane_runs; /* of each job and variant so many are shown, the newest */
};

/* Everything in front of the parts, and behind them. `below` stands below the title; both are escaped. */
void page_begin(struct page *page, const struct report_input *input, struct buf *out,
		const char *title, const char *below);
void page_end(struct page *page);

/* Words that may come from outside, as text. */
void page_text(const struct page *page, const struct buf *words);

/* A table that sorts and is searched; `titles` ends with NULL, a ">" in front aligns a column of numbers. */
void page_table(const struct page *page, const char *name, const char *const *titles);

/* `untold`: how many rows there would be more. */
void page_table_end(const struct page *page, size_t untold);

/* A cell below that title, of text or of a number, which is sorted by `value`. */
void page_cell(const struct page *page, const char *title, const char *text);
void page_number(const struct page *page, const char *title, long long value, const char *text);

/* What the test's row is called in links: "t-" and an id that no other row has. */
void page_anchor(const struct page *page, const struct test_judgement *test, struct buf *out);

/* <section id="…"><h2>…</h2> */
void page_section(const struct page *page, const char *id, const char *title);
void page_section_end(const struct page *page);

/* The strip of a test, and what the cells of strips mean. */
void page_strip(const struct page *page, const struct test_judgement *test);
void page_legend(const struct page *page);

/* Each writes one part, nothing where there is nothing to tell. */
void page_first(const struct page *page);
void page_charts(const struct page *page);
void page_budgets(const struct page *page);
void page_tests(const struct page *page);
void page_services(const struct page *page);
void page_incidents(const struct page *page);
void page_quarantine(const struct page *page);
void page_names(const struct page *page);
void page_notes(const struct page *page);

/* What the script reads: <script type="application/json">. */
void page_data(const struct page *page);

#endif
