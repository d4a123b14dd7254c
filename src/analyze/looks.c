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

static void note_seen(const struct evidence *evidence, size_t at, size_t end, size_t *seen,
		      bool known)
{
	for (size_t i = at; i < end; i++) {
		seen[evidence->observations.items[i].run] = known ? i : NO_INDEX;
	}
}

void looks_make(const struct evidence *evidence, struct look_list *out)
{
	*out = (struct look_list){
		.items = mem_array(evidence->runs.len + 1, sizeof(*out->items)),
		.seen = mem_array(evidence->runs.len + 1, sizeof(*out->seen)),
	};
	for (size_t run = 0; run < evidence->runs.len; run++) {
		out->seen[run] = NO_INDEX;
	}
}

void looks_release(struct look_list *looks)
{
	free(looks->items);
	free(looks->seen);
	*looks = (struct look_list){0};
}

void looks_at(const struct evidence *evidence, const struct run_numbers *numbers,
	      const bool *left_out, const struct course *course, struct look_list *out)
{
	size_t len = 0;

	note_seen(evidence, course->first, course->end, out->seen, true);
	for (size_t i = 0; i < numbers->order_len; i++) {
		size_t run = numbers->order[i], seen = out->seen[run];

		if (seen == NO_INDEX ? evidence_ran(evidence, course->test, run)
				     : observation_counts(evidence, left_out,
							  &evidence->observations.items[seen])) {
			out->items[len++] = (struct look){.run = run, .seen = seen};
		}
	}
	out->len = len;
	note_seen(evidence, course->first, course->end, out->seen, false);
}

size_t looks_lane_end(const struct look_list *looks, const struct run_numbers *numbers,
		      size_t first)
{
	size_t end = first;

	/* in most histories a test has one lane */
	if (first < looks->len && numbers->lane[looks->items[looks->len - 1].run] ==
					  numbers->lane[looks->items[first].run]) {
		return looks->len;
	}
	while (end < looks->len &&
	       numbers->lane[looks->items[end].run] == numbers->lane[looks->items[first].run]) {
		end++;
	}
	return end;
}
