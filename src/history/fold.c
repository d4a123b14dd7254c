/* SPDX-License-Identifier: Apache-2.0 */
#include "history/fold.h"

#include <stdlib.h>

static int compare_int(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int compare_sightings(const void *left, const void *right)
{
	const struct sighting *a = left;
	const struct sighting *b = right;
	int order = compare_int(a->test_id, b->test_id);

	if (order == 0) {
		order = (a->run > b->run) - (a->run < b->run);
	}
	if (order == 0) {
		order = compare_int(a->attempt, b->attempt);
	}
	return order ? order : (a->order > b->order) - (a->order < b->order);
}

void tally_sort(struct tally *tally)
{
	if (tally->sightings.len > 1) {
		qsort(tally->sightings.items, tally->sightings.len, sizeof(*tally->sightings.items),
		      compare_sightings);
	}
}

/* The end of the stretch from `at` with one test and run; `attempt` too when asked for. */
static size_t stretch_end(const struct tally *tally, size_t at, bool same_attempt)
{
	const struct sighting *first = &tally->sightings.items[at];

	for (; at < tally->sightings.len; at++) {
		const struct sighting *next = &tally->sightings.items[at];

		if (next->test_id != first->test_id || next->run != first->run ||
		    (same_attempt && next->attempt != first->attempt)) {
			break;
		}
	}
	return at;
}

enum ending { ENDS_UNSEEN, ENDS_WELL, ENDS_BADLY };

/*
 * How the later attempts end: well when the last one that ran the test saw it pass and nothing else.
 * An attempt that skipped it says nothing.
 */
static enum ending ending_of(const struct tally *tally, size_t at, size_t end)
{
	enum ending ending = ENDS_UNSEEN;

	while (at < end) {
		size_t next = stretch_end(tally, at, true);
		bool passed = false;
		bool bad = false;

		for (; at < next; at++) {
			enum outcome outcome = tally->sightings.items[at].outcome;

			bad = bad || outcome_is_bad(outcome);
			passed = passed || outcome == OUTCOME_PASSED;
		}
		if (bad || passed) {
			ending = bad ? ENDS_BADLY : ENDS_WELL;
		}
	}
	return ending;
}

/* Of equally bad ones none counts for having come first: that differs between machines. */
static bool counts_more(const struct sighting *next, const struct sighting *worst)
{
	if (next->outcome != worst->outcome) {
		return next->outcome > worst->outcome;
	}
	if (!next->failure_id != !worst->failure_id) {
		return next->failure_id != 0;
	}
	return next->digest != worst->digest ? next->digest < worst->digest
					     : next->duration_us > worst->duration_us;
}

size_t tally_fold(const struct tally *tally, size_t at, struct observation *out,
		  int64_t *failure_id)
{
	const struct sighting *worst = &tally->sightings.items[at];
	size_t first_end = stretch_end(tally, at, true);
	size_t end = stretch_end(tally, at, false);
	bool tried = false;
	bool bad;
	enum ending ending;

	out->run = worst->run;
	for (; at < first_end; at++) {
		const struct sighting *next = &tally->sightings.items[at];

		tried = tried || next->failed_tries;
		if (counts_more(next, worst)) {
			worst = next;
		}
	}
	bad = outcome_is_bad(worst->outcome);
	ending = bad && worst->imported ? ending_of(tally, first_end, end) : ENDS_UNSEEN;
	out->first = worst->outcome;
	out->duration_us = worst->duration_us;
	out->failed_then_passed = worst->outcome == OUTCOME_PASSED && tried;
	out->passed_retry = bad && (ending == ENDS_WELL || worst->passed_retry);
	out->failed_again = bad && (ending == ENDS_BADLY || worst->failed_again);
	out->service_down = bad && worst->service_down;
	*failure_id = worst->failure_id;
	return end;
}

void tally_release(struct tally *tally)
{
	VEC_FREE(&tally->sightings);
}
