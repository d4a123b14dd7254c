/* SPDX-License-Identifier: Apache-2.0 */
#include "report/delta_words.h"
#include "report/paint.h"
#include "report/text_parts.h"
#include "report/words.h"

static const char *colour_of(enum delta_kind kind)
{
	return kind == DELTA_FIXED ? PAINT_GREEN : kind == DELTA_BACK ? PAINT_YELLOW : PAINT_RED;
}

static void row_lines(const struct report_input *input, const struct delta_row *row,
		      struct buf *out)
{
	const struct test_judgement *test = delta_test(input, row);
	CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf job = BUF_INIT(BUF_OWN_MAX);

	buf_fmt(&line, "%s: ", words_delta_kind(row->kind));
	words_test(&line, &input->longer->evidence, test);
	paint_line(out,
		   &(struct paint){input->colour ? colour_of(row->kind) : NULL, 2, input->width},
		   buf_str(&line));
	buf_clear(&line);
	words_delta(&line, input, row);
	words_job(&job, test);
	buf_fmt(&line, "; job %s", buf_str(&job));
	paint_wrapped(out, &(struct paint){NULL, 4, input->width}, buf_str(&line));
}

static void ledger_lines(const struct report_input *input, struct buf *out)
{
	struct ledger_changes changes = {0};

	ledger_changes_find(input, &changes);
	VEC_EACH (const struct ledger_change, change, &changes) {
		CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);

		buf_fmt(&line, "%s: %s", change->word, change->row->test);
		paint_line(out,
			   &(struct paint){input->colour ? PAINT_YELLOW : NULL, 2, input->width},
			   buf_str(&line));
		buf_clear(&line);
		words_ledger_change(&line, change);
		paint_wrapped(out, &(struct paint){NULL, 4, input->width}, buf_str(&line));
	}
	VEC_FREE(&changes);
}

void text_delta(const struct report_input *input, struct buf *out)
{
	CLEANUP(buf_release) struct buf title = BUF_INIT(BUF_OWN_MAX);
	const struct delta *delta = NULL;
	size_t top = report_top(input, WORDS_TOP);

	if (!delta_is_known(input)) {
		return;
	}
	delta = &input->longer->delta;
	words_delta_title(&title, input);
	buf_str_add(&title, ": ");
	words_delta_counts(&title, delta);
	text_heading(input, PAINT_BOLD, buf_str(&title), out);
	for (size_t i = 0; i < delta->len && i < top; i++) {
		row_lines(input, &delta->items[i], out);
	}
	if (delta->len > top) {
		buf_fmt(out, "  … and %zu more: --format json lists all\n", delta->len - top);
	}
	ledger_lines(input, out);
}
