/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/where.h"

#include <math.h>

/* Fewer failures, or a place where they would all be by chance more often than that, are a coincidence. */
#define FAILURES_LEAST 3
#define CHANCE_MOST    0.05

const char *where_only_branch(const struct judge *judge, const struct test_judgement *judgement)
{
	const struct frame *frame = judge->frame;
	size_t run = judgement->first_failure, elsewhere = 0, here = 0;
	size_t branch = judgement->failures < FAILURES_LEAST ? NO_INDEX
							     : judge->ground->numbers->branch[run];

	if (branch == NO_INDEX) {
		return NULL;
	}
	for (size_t i = judge->first_touch; i < judge->end_touch; i++) {
		size_t look = judge->touches.items[i].look;

		if (judge->ground->numbers->branch[frame->runs[look]] != branch &&
		    observation_is_bad(judge_seen(judge, look))) {
			return NULL;
		}
	}
	here = frame->same_branch[frame->look_of[run]];
	elsewhere = judge->lane->branched - here;
	return elsewhere > 0 && pow((double)here / (double)(here + elsewhere),
				    (double)judgement->failures) < CHANCE_MOST
		       ? judge->ground->evidence->runs.items[run].branch
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

void where_mark(struct test_judgement *judgements, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (judgements[i].failures >= FAILURES_LEAST) {
			judgements[i].only_here = is_only_here(judgements, count, i);
		}
	}
}
