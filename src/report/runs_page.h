/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_RUNS_PAGE_H
#define STEADY_REPORT_RUNS_PAGE_H

#include "base/vec.h"
#include "report/run_markdown.h"

/*
 * Many runs on one page of Markdown, of RUN_MARKDOWN_MAX bytes at most: a section for each that did not simply pass,
 * those that failed first, as long as there is room for sections; then a line for each of the others, in the same
 * order; then how many have neither. Zero-initialise.
 */
enum page_turn { PAGE_FAILED, PAGE_FLAKY, PAGE_PASSED, PAGE_TURNS };

struct page_run {
	char *section; /* "": it has none, or there is no room for it */
	char *line;
};

struct runs_page {
	struct page_turn_runs {
		VEC(struct page_run)
		size_t bytes; /* of their sections */
	} turns[PAGE_TURNS];
};

void runs_page_add(struct runs_page *page, const struct summary_input *input);
void runs_page_write(struct runs_page *page, struct buf *out); /* once */
void runs_page_release(struct runs_page *page);

#endif
