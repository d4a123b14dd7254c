/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"
#include "report/budget_words.h"
#include "report/markdown_cells.h"
#include "text/escape.h"
#include "text/utf8.h"

/* So many, and no wider: the whole report has a bound. */
#define ROWS_MOST      10
#define NAME_WIDTH     40
#define SENTENCE_WIDTH 120

static void row(const struct budget *budget, struct buf *out)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	buf_char(out, '|');
	markdown_cell(out, budget->objective->name, NAME_WIDTH);
	buf_char(out, ' ');
	words_budget_left(out, budget);
	buf_fmt(out, " | %zu of %zu | %.1f |", budget->bad, budget->events, budget->allowed);
	for (size_t i = 0; i < BUDGET_SPANS; i++) {
		buf_char(out, ' ');
		words_burn(out, &budget->spans[i]);
		buf_str_add(out, " |");
	}
	buf_char(out, ' ');
	words_budget_state(out, budget);
	buf_str_add(out, " |");
	words_objective(&text, budget->objective);
	markdown_cell(out, buf_str(&text), SENTENCE_WIDTH);
	buf_char(out, '\n');
}

static void note(const struct budget *budget, struct buf *out)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	utf8_cut(&text, budget->objective->name, NAME_WIDTH);
	buf_str_add(&text, ": ");
	words_budget(&text, budget);
	buf_str_add(out, "- ");
	escape_markdown(out, buf_str(&text));
	buf_char(out, '\n');
}

typedef void part_fn(const struct budget *budget, struct buf *out);

/* Returns how many there are. */
static size_t each(const struct report_input *input, part_fn *part, struct buf *out)
{
	size_t count = 0;

	VEC_EACH (const struct budget, budget, input->budgets) {
		if (budget_is_shown(budget) && count++ < ROWS_MOST) {
			part(budget, out);
		}
	}
	return count;
}

void markdown_budgets(const struct report_input *input, struct buf *out)
{
	CLEANUP(buf_release) struct buf rows = BUF_INIT(BUF_OWN_MAX);
	size_t count = input->budgets ? each(input, row, &rows) : 0;

	if (count == 0) {
		return;
	}
	buf_str_add(out, "\n### CI error budget\n\n"
			 "| Budget of | Left | Bad | Allowed | Burn: newest 20 | 100 | 500 | State "
			 "| Objective |\n"
			 "| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- | --- |\n");
	buf_add(out, rows.data, rows.len);
	buf_char(out, '\n');
	each(input, note, out);
	markdown_more(out, count > ROWS_MOST ? count - ROWS_MOST : 0);
}
