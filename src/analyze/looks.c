/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/looks.h"

#include <stdlib.h>

bool observation_is_bad(const struct observation *observation)
{
	return outcome_is_bad(observation->first) || observation_is_flaky(observation);
}

bool observation_is_flaky(const struct observation *observation)
{
	return observation->passed_retry || observation->failed_then_passed;
}

bool observation_is_evidence(const struct evidence *evidence, const struct observation *observation)
{
	return run_is_evidence(evidence->runs.items[observation->run].outcome) &&
	       (observation->first != OUTCOME_SKIPPED || observation_is_flaky(observation));
}

bool observation_counts(const struct evidence *evidence, const bool *left_out,
			const struct observation *observation)
{
	return !observation->service_down && observation_is_evidence(evidence, observation) &&
	       !(left_out[observation->run] && observation_is_bad(observation));
}

bool looks_any_failure(const struct evidence *evidence, const bool *left_out, size_t test,
		       size_t at, size_t *end)
{
	const struct observation *all = evidence->observations.items;
	bool any = false;

	while (at < evidence->observations.len && all[at].test == test) {
		any = any || (observation_is_bad(&all[at]) &&
			      observation_counts(evidence, left_out, &all[at]));
		at++;
	}
	*end = at;
	return any;
}

static int compare_looks(const void *a, const void *b, void *payload)
{
	const struct run_numbers *numbers = payload;
	const struct look *left = a, *right = b;
	size_t left_lane = numbers->lane[left->run], right_lane = numbers->lane[right->run];
	size_t left_at = numbers->timeline->position[left->run];
	size_t right_at = numbers->timeline->position[right->run];

	if (left_lane != right_lane) {
		return left_lane < right_lane ? -1 : 1;
	}
	if (left_at != right_at) {
		return left_at < right_at ? -1 : 1;
	}
	return (left->run > right->run) - (left->run < right->run);
}

void looks_at(const struct evidence *evidence, const struct run_numbers *numbers,
	      const bool *left_out, size_t test, size_t *at, struct look_list *out)
{
	/* the comparison only reads: qsort_r has no const payload */
	struct run_numbers readable = *numbers;
	bool sorted = true;

	out->len = 0;
	for (size_t run = 0; run < evidence->runs.len; run++) {
		const struct observation *seen = &evidence->observations.items[*at];
		struct look look = {.run = run, .seen = NO_INDEX};

		if (*at < evidence->observations.len && seen->test == test && seen->run == run) {
			look.seen = (*at)++;
			if (!observation_counts(evidence, left_out, seen)) {
				continue;
			}
		} else if (!evidence_passed(evidence, test, run) ||
			   !run_is_evidence(evidence->runs.items[run].outcome)) {
			continue;
		}
		sorted = sorted && (out->len == 0 ||
				    compare_looks(&out->items[out->len - 1], &look, &readable) < 0);
		*VEC_PUSH(out) = look;
	}
	if (!sorted) {
		qsort_r(out->items, out->len, sizeof(*out->items), compare_looks, &readable);
	}
}

size_t looks_lane_end(const struct look_list *looks, const struct run_numbers *numbers,
		      size_t first)
{
	size_t end = first;

	while (end < looks->len &&
	       numbers->lane[looks->items[end].run] == numbers->lane[looks->items[first].run]) {
		end++;
	}
	return end;
}
