/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/where.h"

#include <math.h>

/* Fewer failures, or a place where they would all be by chance more often than that, are a coincidence. */
#define FAILURES_LEAST 3
#define CHANCE_MOST    0.05

/* The branch of all failures of the lane, if it ran on others so often that this is no chance. */
static const char *only_branch(const struct evidence *evidence, const struct run_numbers *numbers,
			       const struct look *looks, size_t count,
			       const struct test_judgement *judgement)
{
	size_t branch = numbers->branch[judgement->first_failure];
	size_t elsewhere = 0, here = 0;

	for (size_t i = 0; i < count && branch != NO_INDEX; i++) {
		size_t own = numbers->branch[looks[i].run];
		bool bad = looks[i].seen != NO_INDEX &&
			   observation_is_bad(&evidence->observations.items[looks[i].seen]);

		if (own == branch) {
			here++;
			continue;
		}
		if (bad) {
			return NULL;
		}
		elsewhere += own != NO_INDEX;
	}
	return elsewhere > 0 && pow((double)here / (double)(here + elsewhere),
				    (double)judgement->failures) < CHANCE_MOST
		       ? evidence->runs.items[judgement->first_failure].branch
		       : NULL;
}

/* With the rate that it has here it would have failed there, too. */
static bool is_only_here(const struct test_judgement *judgements, size_t count, size_t at)
{
	size_t elsewhere = 0;

	for (size_t i = 0; i < count; i++) {
		if (i != at && judgements[i].failures > 0) {
			return false;
		}
		elsewhere += i == at ? 0 : judgements[i].runs;
	}
	return pow(1 - judgements[at].rate.low, (double)elsewhere) < CHANCE_MOST;
}

void where_mark(const struct evidence *evidence, const struct look_list *looks,
		const struct run_numbers *numbers, struct test_judgement *judgements, size_t count)
{
	size_t at = 0, end = 0;

	for (size_t i = 0; i < count; i++, at = end) {
		end = looks_lane_end(looks, numbers, at);
		if (judgements[i].failures >= FAILURES_LEAST) {
			judgements[i].only_here = is_only_here(judgements, count, i);
			judgements[i].only_branch = only_branch(
				evidence, numbers, looks->items + at, end - at, &judgements[i]);
		}
	}
}
