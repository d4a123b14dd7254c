/* SPDX-License-Identifier: Apache-2.0 */
#include "report/page_parts.h"
#include "report/show.h"
#include "report/show_rows.h"
#include "text/escape.h"

#include <string.h>

/* One test as a page, with the head, the script and the strips of the report's (page.c). */

static void rows(const struct page *page, const struct test_judgement *test)
{
	CLEANUP(show_rows_release) struct show_rows list = {0};
	const char *last = "";

	show_rows_make(page->input, test, &list);
	buf_str_add(page->out, "<dl>\n");
	VEC_EACH (const struct show_row, row, &list) {
		if (strcmp(row->label, last) != 0) {
			buf_fmt(page->out, "<dt>%s</dt>", row->label);
		}
		buf_fmt(page->out, "<dd%s>", row->below ? " class=\"said\"" : "");
		escape_html(page->out, row->text);
		buf_str_add(page->out, "</dd>\n");
		last = row->label;
	}
	buf_str_add(page->out, "</dl>\n");
}

/* Whose it is, and how to run it again. */
static void facts(const struct page *page, const struct test_facts *test)
{
	const char *const rows[][2] = {{"owner", test->owner}, {"again", test->rerun}};

	if (!test->owner && !test->rerun) {
		return;
	}
	buf_str_add(page->out, "<dl>\n");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i][1]) {
			buf_fmt(page->out, "<dt>%s</dt><dd><code>", rows[i][0]);
			escape_html(page->out, rows[i][1]);
			buf_str_add(page->out, "</code></dd>\n");
		}
	}
	buf_str_add(page->out, "</dl>\n");
}

void show_html(const struct report_input *input, struct buf *out)
{
	const struct test_facts *test = &input->evidence->tests.items[input->test];
	CLEANUP(buf_release) struct buf name = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf title = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf below = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf window = BUF_INIT(BUF_OWN_MAX);
	struct page page = {0};

	test_name_show(&test->name, &name);
	buf_fmt(&below, "%s%s%s", test->id, test->name.file ? ", " : "",
		test->name.file ? test->name.file : "");
	show_window(&window, input);
	if (window.len > 0) {
		buf_fmt(&below, ", %s", buf_str(&window));
	}
	page_begin(&page, input, out, buf_str(&name), buf_str(&below));
	facts(&page, test);
	page_legend(&page);
	VEC_EACH (const struct test_judgement, judged, &input->flakes->tests) {
		CLEANUP(buf_release) struct buf id = BUF_INIT(BUF_OWN_MAX);

		buf_clear(&title);
		show_lane_title(&title, judged);
		page_anchor(&page, judged, &id);
		page_section(&page, buf_str(&id), buf_str(&title));
		page_strip(&page, judged);
		rows(&page, judged);
		page_section_end(&page);
	}
	page_end(&page);
}
