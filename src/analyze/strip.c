/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/strip.h"

#include "analyze/looks.h"

#include <stdlib.h>

char strip_letter(enum strip_mark mark)
{
	static const char letters[STRIP_COUNT] = {
		[STRIP_ABSENT] = '-', [STRIP_PASSED] = '.', [STRIP_FLAKY] = 'R',
		[STRIP_FAILED] = 'F', [STRIP_APART] = 'i',
	};

	return letters[mark];
}

/* The lane of that name, looked for from the one of index `near` on; lanes.len: there is none. */
static size_t lane_find(const struct strip_maker *maker, size_t near, const char *job,
			const char *variant)
{
	size_t count = maker->lanes.len;

	for (size_t i = 0; i < count; i++) {
		size_t lane = (near + i) % count;
		size_t run = maker->lanes.items[lane];

		if (run_facts_in_lane(&maker->evidence->runs.items[run], job, variant)) {
			return lane;
		}
	}
	return count;
}

/* Runs of one lane mostly follow one another. */
static void number_lanes(struct strip_maker *maker)
{
	size_t lane = 0;

	for (size_t run = 0; run < maker->evidence->runs.len; run++) {
		const struct run_facts *facts = &maker->evidence->runs.items[run];

		maker->lane[run] = NO_INDEX;
		if (!run_is_evidence(facts->outcome)) {
			continue;
		}
		lane = lane_find(maker, lane, facts->job, facts->variant);
		if (lane == maker->lanes.len) {
			*VEC_PUSH(&maker->lanes) = run;
		}
		maker->lane[run] = lane;
	}
}

void strip_maker_init(const struct evidence *evidence, const bool *left_out,
		      struct strip_maker *out)
{
	*out = (struct strip_maker){
		.evidence = evidence,
		.left_out = left_out,
		.lane = mem_array(evidence->runs.len + 1, sizeof(*out->lane)),
	};
	number_lanes(out);
}

void strip_maker_release(struct strip_maker *maker)
{
	VEC_FREE(&maker->lanes);
	free(maker->lane);
	*maker = (struct strip_maker){0};
}

static enum strip_mark mark_of(const struct strip_maker *maker, const struct observation *seen)
{
	if (observation_is_bad(seen) && (seen->service_down || maker->left_out[seen->run])) {
		return STRIP_APART;
	}
	if (observation_is_flaky(seen)) {
		return STRIP_FLAKY;
	}
	if (observation_is_bad(seen)) {
		return STRIP_FAILED;
	}
	return seen->first == OUTCOME_SKIPPED ? STRIP_ABSENT : STRIP_PASSED;
}

size_t strip_lane(const struct strip_maker *maker, const struct test_judgement *test)
{
	return lane_find(maker, 0, test->job, test->variant);
}

void strip_make(const struct strip_maker *maker, const struct test_judgement *test,
		struct strip *out)
{
	const struct evidence *evidence = maker->evidence;
	const struct observation *all = evidence->observations.items;
	size_t at = evidence_first_observation(evidence, test->test), end = at;
	size_t lane = strip_lane(maker, test);

	while (end < evidence->observations.len && all[end].test == test->test) {
		end++;
	}
	out->len = 0;
	for (size_t run = 0; run < evidence->runs.len; run++) {
		struct strip_cell cell = {.run = run};

		while (at < end && all[at].run < run) {
			at++;
		}
		if (maker->lane[run] != lane) {
			continue;
		}
		if (at < end && all[at].run == run) {
			cell.mark = mark_of(maker, &all[at]);
		} else if (evidence_ran(evidence, test->test, run)) {
			cell.mark = STRIP_PASSED;
		}
		*VEC_PUSH(out) = cell;
	}
}
