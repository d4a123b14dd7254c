/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"
#include "report/budget_words.h"
#include "report/paint.h"
#include "report/text_parts.h"
#include "text/table.h"

static void cell(struct table *table, const struct buf *text)
{
	table_cell(table, text->len > 0 ? buf_str(text) : "–");
}

static void row(const struct budget *budget, struct table *table)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	table_cell(table, budget->objective->name);
	words_budget_left(&text, budget);
	cell(table, &text);
	table_fmt(table, "%zu", budget->bad);
	table_fmt(table, "%.1f", budget->allowed);
	for (size_t i = 0; i < BUDGET_SPANS; i++) {
		buf_clear(&text);
		words_burn(&text, &budget->spans[i]);
		cell(table, &text);
	}
	buf_clear(&text);
	words_budget_state(&text, budget);
	cell(table, &text);
}

static const char *colour_of(const struct budget *budget)
{
	return budget->state == BUDGET_SPENT || budget->alert == ALERT_PAGE ? PAINT_RED
	       : budget->alert == ALERT_WARN                                ? PAINT_YELLOW
									    : NULL;
}

void text_budgets(const struct report_input *input, struct buf *out)
{
	static const char *const heads[] = {"budget of", ">left", ">bad", ">allowed",
					    ">burn: 20", ">100",  ">500", "state"};
	CLEANUP(table_release)
	struct table table = {.heads = heads, .columns = ARRAY_LEN(heads)};
	size_t shown = 0;

	if (!input->budgets) {
		return;
	}
	VEC_EACH (const struct budget, budget, input->budgets) {
		if (budget_is_shown(budget)) {
			row(budget, &table);
			shown++;
		}
	}
	if (shown == 0) {
		return;
	}
	text_heading(input, PAINT_BOLD, "CI error budget", out);
	table_show(&table, 2, paint_width(input->width), out);
	VEC_EACH (const struct budget, budget, input->budgets) {
		CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);

		if (budget_is_shown(budget)) {
			buf_fmt(&line, "%s (", budget->objective->name);
			words_objective(&line, budget->objective);
			buf_str_add(&line, "): ");
			words_budget(&line, budget);
			paint_wrapped(out,
				      &(struct paint){input->colour ? colour_of(budget) : NULL, 2,
						      input->width},
				      buf_str(&line));
		}
	}
}
