/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/where.h"

#include "base/str.h"

/* Fewer failures, or fewer runs elsewhere, are a coincidence. */
#define FAILURES_LEAST 3

/* The branch of all failures of the lane, if it passed on another after the first of them. */
static const char *only_branch(const struct evidence *evidence, const struct look *looks,
			       size_t count, const struct test_judgement *judgement)
{
	const char *branch = evidence->runs.items[judgement->first_failure].branch;
	size_t elsewhere = 0;

	for (size_t i = 0; i < count && branch; i++) {
		const struct run_facts *run = &evidence->runs.items[looks[i].run];
		bool bad = looks[i].seen != NO_INDEX &&
			   observation_is_bad(&evidence->observations.items[looks[i].seen]);

		if (str_eq(run->branch, branch)) {
			continue;
		}
		if (bad) {
			return NULL;
		}
		elsewhere += run->branch && looks[i].run > judgement->first_failure;
	}
	return elsewhere >= FAILURES_LEAST ? branch : NULL;
}

/* As often as it failed here it would have failed there, were it the same. */
static bool is_only_here(const struct test_judgement *judgements, size_t count, size_t at)
{
	size_t elsewhere = 0;

	for (size_t i = 0; i < count; i++) {
		if (i != at && judgements[i].failures > 0) {
			return false;
		}
		elsewhere += i == at ? 0 : judgements[i].runs;
	}
	return elsewhere >= judgements[at].runs;
}

void where_mark(const struct evidence *evidence, const struct look_list *looks,
		const struct run_numbers *numbers, struct test_judgement *judgements, size_t count)
{
	size_t at = 0, end = 0;

	for (size_t i = 0; i < count; i++, at = end) {
		end = looks_lane_end(looks, numbers, at);
		if (judgements[i].failures >= FAILURES_LEAST) {
			judgements[i].only_here = is_only_here(judgements, count, i);
			judgements[i].only_branch =
				only_branch(evidence, looks->items + at, end - at, &judgements[i]);
		}
	}
}
