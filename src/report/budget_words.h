/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_BUDGET_WORDS_H
#define STEADY_REPORT_BUDGET_WORDS_H

#include "analyze/budget.h"
#include "report/report.h"
#include "text/json_text.h"

/* The CI error budget in the report. The words are still to be escaped. */

/* What nobody asked for is silent as long as it says nothing. */
bool budget_is_shown(const struct budget *budget);

/* For the first line, a clause for the worst budget and for each other one that is spent or burns: "; budget of
 * main: 62 % left, burning 1.4x". Nothing where none says anything. Inside the room. */
void words_budgets(struct buf *out, const struct budget_list *budgets);

/* "62 %"; "-49 %" where more was bad than is allowed; nothing while there is too little. */
void words_budget_left(struct buf *out, const struct budget *budget);

/* "ok", "too few", "spent", "page", "spent, warn" */
void words_budget_state(struct buf *out, const struct budget *budget);

/* "1.4x"; nothing for a span that is not there. */
void words_burn(struct buf *out, const struct budget_span *span);

/* "99% of runs not failed by flakes over 28d", "… (built in)" */
void words_objective(struct buf *out, const struct objective *objective);

/* Sentences, without its name: what was bad, why, and what of it is charged; what is missing; what an alert says. */
void words_budget(struct buf *out, const struct budget *budget);

/* For whoever asked whether a budget is spent: "budget of main is spent: 14 of 310 runs were bad, 3.1 are allowed (…)" */
void words_budget_spent(struct buf *out, const struct budget *budget);

/* The section in each form. Inside the room. */
void text_budgets(const struct report_input *input, struct buf *out);
void markdown_budgets(const struct report_input *input, struct buf *out);
void json_budgets(const struct report_input *input, struct json_text *text);

#endif
