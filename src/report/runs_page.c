/* SPDX-License-Identifier: Apache-2.0 */
#include "report/runs_page.h"

#include "base/mem.h"
#include "report/markdown_cells.h"

#include <stdlib.h>

/* A third of the page is left for lines. */
#define SECTIONS_END (RUN_MARKDOWN_MAX / 3 * 2)
#define LINES_END    (RUN_MARKDOWN_MAX - 256)

static enum page_turn turn_of(const struct run *run)
{
	if (run->outcome == RUN_PASSED && run->failed.len == 0) {
		return PAGE_PASSED;
	}
	return run->outcome == RUN_PASSED || run->outcome == RUN_FLAKY ? PAGE_FLAKY : PAGE_FAILED;
}

void runs_page_add(struct runs_page *page, const struct summary_input *input)
{
	CLEANUP(buf_release) struct buf section = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);
	enum page_turn turn = turn_of(input->run);

	if (turn != PAGE_PASSED) {
		run_markdown(input, &section);
	}
	if (page->turns[turn].bytes + section.len > SECTIONS_END) {
		buf_clear(&section);
	}
	page->turns[turn].bytes += section.len;
	run_markdown_line(input, &line);
	*VEC_PUSH(&page->turns[turn]) = (struct page_run){
		.section = mem_str(buf_str(&section)),
		.line = mem_str(buf_str(&line)),
	};
}

static bool add(struct buf *out, const char *text, size_t end)
{
	CLEANUP(buf_release) struct buf part = BUF_INIT(BUF_OWN_MAX);

	buf_str_add(&part, text);
	return part.len > 0 && markdown_fits(out, &part, end);
}

/* Takes the sections for which there is no room out of the page. */
static void write_sections(struct runs_page *page, size_t end, struct buf *out)
{
	for (int turn = 0; turn < PAGE_TURNS; turn++) {
		VEC_EACH (struct page_run, run, &page->turns[turn]) {
			if (!add(out, run->section, end)) {
				*run->section = '\0';
			}
		}
	}
}

/* Returns how many runs have neither. */
static size_t write_lines(const struct runs_page *page, size_t end, struct buf *out)
{
	size_t missing = 0;

	for (int turn = 0; turn < PAGE_TURNS; turn++) {
		VEC_EACH (const struct page_run, run, &page->turns[turn]) {
			missing += !*run->section && !add(out, run->line, end);
		}
	}
	return missing;
}

void runs_page_write(struct runs_page *page, struct buf *out)
{
	size_t start = out->len, missing = 0;

	write_sections(page, start + SECTIONS_END, out);
	missing = write_lines(page, start + LINES_END, out);
	if (missing > 0) {
		buf_fmt(out, "\n%zu more run%s: the history has them (`steady explain RUN`).\n",
			missing, missing == 1 ? "" : "s");
	}
}

void runs_page_release(struct runs_page *page)
{
	for (int turn = 0; turn < PAGE_TURNS; turn++) {
		VEC_EACH (struct page_run, run, &page->turns[turn]) {
			free(run->section);
			free(run->line);
		}
		VEC_FREE(&page->turns[turn]);
	}
}
