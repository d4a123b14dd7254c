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
	size_t only; /* the test of question.only, in evidence.tests */
};

/* What is asked. The history stays the caller's. */
struct survey_question {
	const struct options *options;
	struct prior prior;
	struct history_window window;
	bool read; /* people read it: whose tests are, how to run them again, who may have changed them */
	const char *
		only; /* the id of a test, which is judged beside all others and alone is told of; NULL all */
	bool compare;       /* with the time before the window, which begins there: */
	int64_t compare_us; /* wall */
	const struct objective_list *objectives; /* NULL: nobody asks for budgets */
};

/* Loads a window, its commits in the order of the repository. */
int survey_load(struct place *place, struct history *history, const struct history_window *window,
		struct evidence *out, struct err *err);

int survey_make(struct place *place, struct history *history,
		const struct survey_question *question, struct survey *out, struct err *err);
void survey_release(struct survey *survey);

#endif
