/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"
#include "report/delta_words.h"
#include "report/markdown_cells.h"
#include "report/markdown_parts.h"
#include "report/words.h"

#define NAME_WIDTH  160
#define WHAT_WIDTH  400
#define SHORT_WIDTH 60

static void delta_row(const struct report_input *input, const struct delta_row *row,
		      struct buf *out)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	const struct test_judgement *test = delta_test(input, row);

	buf_char(out, '|');
	markdown_cell(out, words_delta_kind(row->kind), SHORT_WIDTH);
	words_test(&text, &input->longer->evidence, test);
	markdown_code_cell(out, buf_str(&text), NAME_WIDTH);
	buf_clear(&text);
	words_job(&text, test);
	markdown_cell(out, buf_str(&text), SHORT_WIDTH);
	buf_clear(&text);
	words_delta(&text, input, row);
	markdown_cell(out, buf_str(&text), WHAT_WIDTH);
	buf_char(out, '\n');
}

static void ledger_row(const struct ledger_change *change, struct buf *out)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	buf_char(out, '|');
	markdown_cell(out, change->word, SHORT_WIDTH);
	markdown_code_cell(out, change->row->test, NAME_WIDTH);
	markdown_cell(out, str_or(change->row->job, ""), SHORT_WIDTH);
	words_ledger_change(&text, change);
	markdown_cell(out, buf_str(&text), WHAT_WIDTH);
	buf_char(out, '\n');
}

/* Behind the rows of tests, in the same table. */
static void ledger_rows(const struct ledger_changes *changes, size_t end, struct buf *out)
{
	VEC_EACH (const struct ledger_change, change, changes) {
		CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);

		ledger_row(change, &line);
		if (!markdown_fits(out, &line, end)) {
			return;
		}
	}
}

void markdown_delta(const struct report_input *input, size_t end, struct buf *out)
{
	CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);
	const struct delta *delta = NULL;
	struct ledger_changes ledger = {0};
	size_t shown = 0;

	if (!delta_is_known(input)) {
		return;
	}
	delta = &input->longer->delta;
	buf_str_add(out, "\n### ");
	words_delta_title(out, input);
	buf_str_add(out, ": ");
	words_delta_counts(out, delta);
	buf_char(out, '\n');
	ledger_changes_find(input, &ledger);
	if (delta->len + ledger.len > 0) {
		buf_str_add(out, "\n| | Test | Job | What |\n| --- | --- | --- | --- |\n");
	}
	for (; shown < delta->len && shown < report_top(input, WORDS_TOP); shown++) {
		buf_clear(&line);
		delta_row(input, &delta->items[shown], &line);
		if (!markdown_fits(out, &line, end)) {
			break;
		}
	}
	ledger_rows(&ledger, end, out);
	VEC_FREE(&ledger);
	markdown_more(out, delta->len - shown);
}
