/* SPDX-License-Identifier: Apache-2.0 */
#include "report/show.h"

#include "base/str.h"
#include "report/paint.h"
#include "report/show_rows.h"

#include <string.h>

#define STRIP_MAX 60

/* "  record   failed in 2 of 9 runs …" */
static void row(struct buf *out, const char *label, const char *indent, const char *text)
{
	buf_fmt(out, "  %-8s %s", label, indent);
	paint_escape(out, text);
	buf_char(out, '\n');
}

/* What the letters mean that are there. */
static void legend(const bool *there, struct buf *out)
{
	static const char *const words[STRIP_COUNT] = {
		[STRIP_ABSENT] = "not run",
		[STRIP_PASSED] = "pass",
		[STRIP_FLAKY] = "failed then passed on a retry",
		[STRIP_FAILED] = "fail",
		[STRIP_APART] = "failed with a service or many others",
	};
	const char *gap = "   (";

	for (enum strip_mark mark = 0; mark < STRIP_COUNT; mark++) {
		if (there[mark]) {
			buf_fmt(out, "%s%c %s", gap, strip_letter(mark), words[mark]);
			gap = ", ";
		}
	}
	buf_char(out, ')');
}

/* The test's last runs, oldest first. */
static void strip(const struct strip_maker *maker, const struct test_judgement *test,
		  struct buf *out)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	bool there[STRIP_COUNT] = {false};
	struct strip cells = {0};

	strip_make(maker, test, &cells);
	for (size_t i = cells.len > STRIP_MAX ? cells.len - STRIP_MAX : 0; i < cells.len; i++) {
		buf_char(&text, strip_letter(cells.items[i].mark));
		there[cells.items[i].mark] = true;
	}
	if (cells.len > 0) {
		legend(there, &text);
		row(out, "runs", "", buf_str(&text));
	}
	VEC_FREE(&cells);
}

static void lane(const struct report_input *input, const struct strip_maker *maker,
		 const struct test_judgement *test, struct buf *out)
{
	CLEANUP(buf_release) struct buf title = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(show_rows_release) struct show_rows rows = {0};
	const char *last = "";

	show_lane_title(&title, test);
	paint_escape(out, buf_str(&title));
	buf_char(out, '\n');
	strip(maker, test, out);
	show_rows_make(input, test, &rows);
	VEC_EACH (const struct show_row, shown, &rows) {
		row(out, str_eq(shown->label, last) ? "" : shown->label, shown->below ? "    " : "",
		    shown->text);
		last = shown->label;
	}
}

void show_text(const struct report_input *input, struct buf *out)
{
	const struct test_facts *test = &input->evidence->tests.items[input->test];
	CLEANUP(buf_release) struct buf name = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf window = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(strip_maker_release) struct strip_maker maker = {0};

	strip_maker_init(input->evidence, input->flakes->left_out, &maker);
	test_name_show(&test->name, &name);
	paint_escape(out, buf_str(&name));
	buf_char(out, '\n');
	row(out, "id", "", test->id);
	show_window(&window, input);
	if (window.len > 0) {
		row(out, "window", "", buf_str(&window));
	}
	if (test->name.file) {
		row(out, "file", "", test->name.file);
	}
	if (test->owner) {
		row(out, "owner", "", test->owner);
	}
	if (test->rerun) {
		/* to be copied: it is escaped already */
		buf_fmt(out, "  %-8s %s\n", "again", test->rerun);
	}
	VEC_EACH (const struct test_judgement, judged, &input->flakes->tests) {
		lane(input, &maker, judged, out);
	}
}
