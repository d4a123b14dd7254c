/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/survey.h"

#include "cli/again.h"
#include "cli/class_rules.h"
#include "cli/lineage.h"
#include "cli/owners.h"
#include "cli/suspects.h"

static void find_owners(struct place *place, const struct survey_question *question,
			struct survey *out)
{
	const struct strv *owners = &question->options->owners;
	bool told =
		owners_tell(place, &out->flakes, question->window.test_id != NULL, &out->evidence);

	out->filter.owners = owners;
	out->filter.unknown = !told && out->flakes.tests.len > 0;
	if (owners->len > 0) {
		owners_keep(owners, &out->evidence, &out->flakes, out->filter.left_out);
	}
}

int survey_make(struct place *place, struct history *history,
		const struct survey_question *question, struct survey *out, struct err *err)
{
	struct rules *rules = NULL;

	*out = (struct survey){0};
	if (class_rules_read(question->options, &rules, err) < 0) {
		return -1;
	}
	if (history_load(history, &question->window, &out->evidence, err) < 0) {
		class_rules_free(rules);
		return -1;
	}
	lineage_ask(place, &out->evidence);
	analyze_flakes(&out->evidence, &question->prior, &out->flakes);
	find_owners(place, question, out);
	again_tell(place, history, &out->flakes, &out->evidence);
	suspects_classify(history, rules, &out->flakes, &out->evidence);
	out->suspects = suspects_find(place, history, &out->evidence, &out->flakes);
	class_rules_free(rules);
	return 0;
}

void survey_release(struct survey *survey)
{
	suspects_free(survey->suspects, &survey->flakes);
	flake_report_release(&survey->flakes);
	evidence_release(&survey->evidence);
	*survey = (struct survey){0};
}
