/* SPDX-License-Identifier: Apache-2.0 */
#include "report/show.h"

#include "base/str.h"
#include "report/show_rows.h"
#include "report/strip_words.h"
#include "text/escape.h"
#include "text/utf8.h"

#include <string.h>

/* A comment takes 65,536 characters. */
#define END        60000
#define TEXT_WIDTH 600
#define STRIP_MAX  60

static void item(struct buf *out, const struct show_row *row)
{
	CLEANUP(buf_release) struct buf cut = BUF_INIT(BUF_OWN_MAX);

	utf8_cut(&cut, row->text, TEXT_WIDTH);
	buf_fmt(out, "%s- ", row->below ? "  " : "");
	if (!row->below) {
		buf_fmt(out, "%s: ", row->label);
	}
	escape_markdown(out, buf_str(&cut));
	buf_char(out, '\n');
}

static void lane(const struct report_input *input, const struct strip_maker *maker,
		 const struct test_judgement *test, struct buf *out)
{
	CLEANUP(buf_release) struct buf title = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(show_rows_release) struct show_rows rows = {0};
	struct strip strip = {0};

	show_lane_title(&title, test);
	buf_str_add(out, "\n### ");
	escape_markdown(out, buf_str(&title));
	strip_make(maker, test, &strip);
	buf_str_add(out, "\n\n");
	words_strip(out, &strip, STRIP_MAX);
	buf_str_add(out, "\n\n");
	VEC_FREE(&strip);
	show_rows_make(input, test, &rows);
	VEC_EACH (const struct show_row, row, &rows) {
		item(out, row);
	}
}

void show_markdown(const struct report_input *input, struct buf *out)
{
	const struct test_facts *test = &input->evidence->tests.items[input->test];
	CLEANUP(buf_release) struct buf name = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf cut = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf window = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(strip_maker_release) struct strip_maker maker = {0};
	size_t start = out->len, shown = 0;

	strip_maker_init(input->evidence, input->flakes->left_out, &maker);
	test_name_show(&test->name, &name);
	utf8_cut(&cut, buf_str(&name), TEXT_WIDTH);
	buf_str_add(out, "## ");
	escape_markdown_code(out, buf_str(&cut));
	buf_fmt(out, "\n\n`%s`\n", test->id);
	show_window(&window, input);
	if (window.len > 0) {
		buf_char(out, '\n');
		escape_markdown(out, buf_str(&window));
		buf_char(out, '\n');
	}
	if (test->owner) {
		buf_str_add(out, "\nOwner: ");
		escape_markdown(out, test->owner);
		buf_char(out, '\n');
	}
	if (test->rerun) {
		buf_str_add(out, "\nAgain: ");
		escape_markdown_code(out, test->rerun);
		buf_char(out, '\n');
	}
	VEC_EACH (const struct test_judgement, judged, &input->flakes->tests) {
		size_t before = out->len;

		lane(input, &maker, judged, out);
		if (out->len - start > END) {
			out->len = before;
			buf_fmt(out, "\n%zu more jobs: `steady show --format json` lists all.\n",
				input->flakes->tests.len - shown);
			break;
		}
		shown++;
	}
	buf_str_add(out, "\n" STRIP_LEGEND ".\n");
}
