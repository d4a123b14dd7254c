/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/survey.h"

#include "analyze/keep.h"
#include "base/str.h"
#include "cli/again.h"
#include "cli/budgets.h"
#include "cli/class_rules.h"
#include "cli/lineage.h"
#include "cli/owners.h"
#include "cli/suspects.h"

static void find_owners(struct place *place, const struct survey_question *question,
			struct survey *out)
{
	const struct strv *owners = &question->options->owners;
	bool told = owners_tell(place, &out->flakes, question->only != NULL, &out->evidence);

	out->filter.owners = owners;
	out->filter.unknown = !told && out->flakes.tests.len > 0;
	if (owners->len > 0) {
		owners_keep(owners, &out->evidence, &out->flakes, out->filter.left_out);
	}
}

int survey_load(struct place *place, struct history *history, const struct history_window *window,
		struct evidence *out, struct err *err)
{
	if (history_load(history, window, out, err) < 0) {
		return -1;
	}
	lineage_ask(place, out);
	return 0;
}

/* What changed against the time before the window, when anything is known of that. */
static int compare(struct place *place, struct history *history,
		   const struct survey_question *question, struct survey *out, struct err *err)
{
	struct report_longer *longer = &out->longer;
	struct history_window window = question->window;

	if (!question->compare || out->evidence.oldest_run_us >= window.since_us) {
		return 0;
	}
	window.since_us = question->compare_us;
	window.names = false;
	out->has_longer = true;
	if (survey_load(place, history, &window, &longer->evidence, err) < 0) {
		return -1;
	}
	analyze_flakes(&longer->evidence, &question->prior, &longer->flakes);
	if (question->options->owners.len > 0) {
		size_t left_out[STATE_COUNT] = {0};

		owners_tell(place, &longer->flakes, false, &longer->evidence);
		owners_keep(&question->options->owners, &longer->evidence, &longer->flakes,
			    left_out);
	}
	delta_find(&longer->evidence, &longer->flakes, &question->prior, question->window.since_us,
		   window.until_us, &longer->delta);
	return 0;
}

/* Drops what is told of the others. */
static void keep_only(const char *id, struct survey *out)
{
	for (size_t i = 0; id && i < out->evidence.tests.len; i++) {
		if (str_eq(out->evidence.tests.items[i].id, id)) {
			out->only = i;
			flake_report_only(&out->flakes, &out->evidence, i);
			return;
		}
	}
}

/* What texts of failures and the repository add for people. */
static void tell_more(struct place *place, struct history *history, struct rules *rules,
		      const struct survey_question *question, struct survey *out)
{
	find_owners(place, question, out);
	again_tell(place, history, &out->flakes, &out->evidence);
	suspects_classify(history, rules, &out->flakes, &out->evidence);
	out->suspects = suspects_find(place, history, &out->evidence, &out->flakes);
}

static int make(struct place *place, struct history *history, struct rules *rules,
		const struct survey_question *question, struct survey *out, struct err *err)
{
	CLEANUP(strv_release) struct strv only = {0};
	struct history_window window = question->window;

	if (question->only) {
		strv_add(&only, question->only);
		window.also = &only;
		window.names = false;
	}
	if (survey_load(place, history, &window, &out->evidence, err) < 0) {
		return -1;
	}
	analyze_flakes(&out->evidence, &question->prior, &out->flakes);
	keep_only(question->only, out);
	if (question->read) {
		tell_more(place, history, rules, question, out);
	}
	if (compare(place, history, question, out, err) < 0) {
		return -1;
	}
	return question->objectives
		       ? budgets_make(place, history, question, out, &out->budgets, err)
		       : 0;
}

int survey_make(struct place *place, struct history *history,
		const struct survey_question *question, struct survey *out, struct err *err)
{
	struct rules *rules = NULL;
	int rc = 0;

	*out = (struct survey){0};
	if (class_rules_read(question->options, &rules, err) < 0) {
		return -1;
	}
	rc = make(place, history, rules, question, out, err);
	class_rules_free(rules);
	return rc;
}

void survey_release(struct survey *survey)
{
	report_longer_release(&survey->longer);
	budget_list_release(&survey->budgets);
	suspects_free(survey->suspects, &survey->flakes);
	flake_report_release(&survey->flakes);
	evidence_release(&survey->evidence);
	*survey = (struct survey){0};
}
