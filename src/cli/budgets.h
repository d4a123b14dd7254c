/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CLI_BUDGETS_H
#define STEADY_CLI_BUDGETS_H

#include "analyze/budget.h"
#include "cli/survey.h"

/*
 * Holds the objectives of the configuration, or the built-in one, against all runs of their own windows, whatever
 * lane the report is about. Uses evidence of the survey that reaches far enough, and loads some else. *out
 * borrows from the objectives.
 */
int budgets_make(struct place *place, struct history *history,
		 const struct survey_question *question, const struct survey *survey,
		 struct budget_list *out, struct err *err);

/* Says of each budget that is spent so; returns how many are. */
size_t budgets_check(const struct budget_list *budgets);

#endif
