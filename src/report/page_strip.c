/* SPDX-License-Identifier: Apache-2.0 */
#include "report/page_parts.h"
#include "report/strip_words.h"

/* Run strips: letters for the script, block characters for who has none. */

#define GLYPHS_MOST 30

/* Repeated letters as their number and the letter: "12.3F". */
static void pack(const struct strip *strip, size_t from, struct buf *out)
{
	size_t at = from;

	while (at < strip->len) {
		size_t end = at;

		while (end < strip->len && strip->items[end].mark == strip->items[at].mark) {
			end++;
		}
		if (end - at > 1) {
			buf_fmt(out, "%zu", end - at);
		}
		buf_char(out, strip_letter(strip->items[at].mark));
		at = end;
	}
}

/* How many cells stand in front of where it began; all: it began before, or nobody knows when. */
static size_t onset_of(const struct page *page, const struct test_judgement *test,
		       const struct strip *strip)
{
	size_t at = 0;

	if (!test->onset.known || test->onset.after == NO_INDEX) {
		return strip->len;
	}
	while (at < strip->len &&
	       page->input->flakes->timeline.position[strip->items[at].run] < test->onset.at) {
		at++;
	}
	return at;
}

void page_strip(const struct page *page, const struct test_judgement *test)
{
	struct strip strip = {0};
	size_t from = 0, onset = 0;

	strip_make(&page->strips, test, &strip);
	from = strip.len > page->lane_runs ? strip.len - page->lane_runs : 0;
	buf_fmt(page->out, "<span class=\"strip\" data-lane=\"%zu\" data-strip=\"",
		strip_lane(&page->strips, test));
	pack(&strip, from, page->out);
	buf_char(page->out, '"');
	onset = onset_of(page, test, &strip);
	if (onset > from && onset < strip.len) {
		buf_fmt(page->out, " data-onset=\"%zu\"", onset - from);
	}
	buf_char(page->out, '>');
	words_strip(page->out, &strip, GLYPHS_MOST);
	buf_str_add(page->out, "</span>\n");
	VEC_FREE(&strip);
}

void page_legend(const struct page *page)
{
	buf_str_add(
		page->out,
		"<p class=\"legend needs-script\">A strip has a cell for each run, the newest on "
		"the right: <i class=\"k pass\"></i> passed <i class=\"k flaky\">"
		"</i> failed, then passed on a retry <i class=\"k fail\"></i> failed "
		"<i class=\"k apart\"></i> failed with a service or many others "
		"<i class=\"k none\"></i> did not run.</p>\n");
}
