/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/budgets.h"

#include "cli/command.h"
#include "report/budget_words.h"

static int64_t longest(const struct objective_list *objectives)
{
	int64_t longest = 0;

	VEC_EACH (const struct objective, objective, objectives) {
		longest = objective->window_us > longest ? objective->window_us : longest;
	}
	return longest;
}

/* All runs since then are in it, or all that there are. */
static bool reaches(const struct evidence *evidence, int64_t since_us, int64_t wanted_us)
{
	return since_us <= wanted_us || evidence->oldest_run_us >= since_us;
}

int budgets_make(struct place *place, struct history *history,
		 const struct survey_question *question, const struct survey *survey,
		 struct budget_list *out, struct err *err)
{
	CLEANUP(evidence_release) struct evidence evidence = {0};
	CLEANUP(flake_report_release) struct flake_report flakes = {0};
	const struct history_window *asked = &question->window;
	const struct report_longer *longer = &survey->longer;
	struct history_window window = {
		.since_us = asked->until_us - longest(question->objectives),
		.until_us = asked->until_us,
	};
	bool all = !asked->job && !asked->branch;

	if (all && reaches(&survey->evidence, asked->since_us, window.since_us)) {
		budgets_reckon(question->objectives, &survey->evidence, &survey->flakes,
			       window.until_us, out);
		return 0;
	}
	if (all && survey->has_longer &&
	    reaches(&longer->evidence, question->compare_us, window.since_us)) {
		budgets_reckon(question->objectives, &longer->evidence, &longer->flakes,
			       window.until_us, out);
		return 0;
	}
	if (survey_load(place, history, &window, &evidence, err) < 0) {
		return -1;
	}
	analyze_flakes(&evidence, &question->prior, &flakes);
	budgets_reckon(question->objectives, &evidence, &flakes, window.until_us, out);
	return 0;
}

size_t budgets_check(const struct budget_list *budgets)
{
	size_t spent = 0;

	VEC_EACH (const struct budget, budget, budgets) {
		CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);

		if (budget->state == BUDGET_SPENT) {
			words_budget_spent(&line, budget);
			cli_message(buf_str(&line));
			spent++;
		}
	}
	return spent;
}
