/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CLI_SURVEY_H
#define STEADY_CLI_SURVEY_H

#include "analyze/budget.h"
#include "analyze/flakes.h"
#include "cli/place.h"
#include "model/suspect.h"
#include "report/report.h"

/* What `report` and `show` tell of: the evidence of a window, the judgements, and what the repository adds. */
struct survey {
	struct evidence evidence;
	struct flake_report flakes;
	struct test_suspects *suspects; /* of each of flakes.tests */
	struct report_filter filter;    /* borrows from the options */
	bool has_longer;
	struct report_longer longer; /* with the time before */
	struct budget_list budgets;
};

/* What is asked. The history stays the caller's. */
struct survey_question {
	const struct options *options;
	struct prior prior;
	struct history_window window;
	int64_t compare_us; /* where the time before begins; not before the window: nobody asks */
	const struct objective_list *objectives; /* NULL: nobody asks for budgets */
};

int survey_make(struct place *place, struct history *history,
		const struct survey_question *question, struct survey *out, struct err *err);
void survey_release(struct survey *survey);

#endif
