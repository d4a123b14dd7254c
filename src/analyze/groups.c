/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/groups.h"

#include "analyze/flakes.h"
#include "base/map.h"
#include "base/str.h"

#include <stdlib.h>
#include <string.h>

bool run_is_evidence(enum run_outcome outcome)
{
	return outcome != RUN_CANCELLED && outcome != RUN_NOT_READY && outcome != RUN_ERROR;
}

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

/* The number of that name: the next free one when it is new. */
static size_t number_of(struct map *map, const char *name)
{
	size_t number = map->len;

	if (!map_get(map, name, &number)) {
		map_put(map, name, number);
	}
	return number;
}

void run_numbers_make(const struct evidence *evidence, struct run_numbers *out)
{
	CLEANUP(map_release) struct map lanes = {0}, sources = {0}, pulls = {0};
	size_t count = evidence->runs.len;

	*out = (struct run_numbers){
		.lane = mem_array(count + 1, sizeof(size_t)),
		.source = mem_array(count + 1, sizeof(size_t)),
		.pull_request = mem_array(count + 1, sizeof(size_t)),
	};
	for (size_t i = 0; i < count; i++) {
		const struct run_facts *run = &evidence->runs.items[i];
		const char *job = str_or(run->job, "");

		/* The length keeps "a" + "bc" apart from "ab" + "c". */
		AUTO_FREE char *lane =
			mem_fmt("%zu:%s%s", strlen(job), job, str_or(run->variant, ""));

		out->lane[i] = number_of(&lanes, lane);
		out->source[i] =
			run->dirty || !run->source ? NO_INDEX : number_of(&sources, run->source);
		out->pull_request[i] = str_empty(run->pull_request)
					       ? NO_INDEX
					       : number_of(&pulls, run->pull_request);
	}
	out->lanes = lanes.len;
	out->sources = sources.len;
	out->pull_requests = pulls.len;
}

void run_numbers_release(struct run_numbers *numbers)
{
	free(numbers->lane);
	free(numbers->source);
	free(numbers->pull_request);
	*numbers = (struct run_numbers){0};
}

struct order_context {
	const struct observation *observations;
	const size_t *lane;
};

/* By lane, then as they stand in the evidence, which is in time order. */
static int compare_lanes(const void *a, const void *b, void *payload)
{
	const struct order_context *context = payload;
	size_t left = *(const size_t *)a, right = *(const size_t *)b;
	size_t left_lane = context->lane[context->observations[left].run];
	size_t right_lane = context->lane[context->observations[right].run];

	if (left_lane != right_lane) {
		return left_lane < right_lane ? -1 : 1;
	}
	return (left > right) - (left < right);
}

/* Sorts the observations of one test by lane and adds one group a lane. */
static void add_test(struct groups *out, struct order_context *context, size_t first, size_t count)
{
	size_t *order = out->order + first;
	size_t start = 0;
	bool mixed = false;

	for (size_t i = 1; i < count && !mixed; i++) {
		mixed = context->lane[context->observations[order[i]].run] !=
			context->lane[context->observations[order[0]].run];
	}
	if (mixed) {
		qsort_r(order, count, sizeof(*order), compare_lanes, context);
	}
	for (size_t i = 1; i <= count; i++) {
		if (i < count && context->lane[context->observations[order[i]].run] ==
					 context->lane[context->observations[order[start]].run]) {
			continue;
		}
		*VEC_PUSH(out) = (struct group){.first = first + start, .count = i - start};
		start = i;
	}
}

void groups_make(const struct evidence *evidence, const struct run_numbers *numbers,
		 const struct mass_list *mass, struct groups *out)
{
	const struct observation *observations = evidence->observations.items;
	AUTO_FREE bool *in_mass = mem_array(evidence->runs.len + 1, sizeof(*in_mass));
	struct order_context context = {.observations = observations, .lane = numbers->lane};
	size_t used = 0, start = 0;

	*out = (struct groups){
		.order = mem_array(evidence->observations.len + 1, sizeof(size_t)),
	};
	VEC_EACH (const struct mass_failure, failure, mass) {
		in_mass[failure->run] = true;
	}
	for (size_t i = 0; i < evidence->observations.len; i++) {
		if (observations[i].service_down ||
		    !observation_is_evidence(evidence, &observations[i]) ||
		    (in_mass[observations[i].run] && observation_is_bad(&observations[i]))) {
			continue;
		}
		if (used > start && observations[out->order[start]].test != observations[i].test) {
			add_test(out, &context, start, used - start);
			start = used;
		}
		out->order[used++] = i;
	}
	if (used > start) {
		add_test(out, &context, start, used - start);
	}
}

void groups_release(struct groups *groups)
{
	free(groups->order);
	groups->order = NULL;
	VEC_FREE(groups);
}
