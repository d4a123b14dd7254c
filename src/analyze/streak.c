/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/streak.h"

/* Failures in a row up to that look, on what it comes from, or on its line where nobody knows that: what passes
 * elsewhere ends none. */
static void find_from(struct judge *judge, size_t newest, struct test_judgement *out)
{
	const size_t *runs = judge->frame->runs, *line = judge->ground->numbers->line;
	const size_t *position = judge->ground->numbers->timeline->position;
	const struct ancestors *ancestors = ancestry_of(&judge->ancestry, position[runs[newest]]);

	for (size_t i = newest + 1; i > judge->lane->first; i--) {
		size_t run = runs[i - 1];
		const struct observation *seen = judge_seen(judge, i - 1);

		if (judge_is_edited(judge, run) ||
		    (ancestors->known ? !ancestors->marks[position[run]]
				      : line[run] != line[runs[newest]])) {
			continue;
		}
		if (!seen || !observation_is_bad(seen) || observation_is_flaky(seen)) {
			return;
		}
		out->streak++;
		out->streak_start = run;
		out->streak_end = out->streak == 1 ? run : out->streak_end;
	}
}

/* The newest look at named content; and where that is well, that of the branch with the most looks: an old
 * pull request that passes mends nothing on main. */
void streak_find(struct judge *judge, struct test_judgement *out)
{
	const struct frame_lane *lane = judge->lane;

	if (lane->newest != NO_INDEX) {
		find_from(judge, lane->newest, out);
	}
	if (out->streak == 0 && lane->newest_main != NO_INDEX) {
		find_from(judge, lane->newest_main, out);
	}
}
