/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/judge.h"

/* One failing run between passes may be a rare flake as well: two are needed to speak of a break. */
#define BREAK_RUNS_LEAST 2

/* Between a spot of a line and the one before it. */
static struct change change_at(const struct judge *judge, size_t at)
{
	const struct spot *spots = judge->lines.items;
	bool known = at > 0 && spots[at - 1].line == spots[at].line;

	return (struct change){
		.known = known,
		.after = known ? spots[at - 1].position : NO_INDEX,
		.at = spots[at].position,
	};
}

/* Breaks that are over, each on the line where it was: the last one of them is told. False: there is none. */
bool judge_breaks(struct judge *judge, struct test_judgement *out)
{
	const struct spot *spots = judge->lines.items;
	size_t count = judge->lines.len, start = 0, runs = 0;
	bool any = false;

	nature_broken(judge->ground->prior, 0, spots, count, 0, judge->line_broken);
	for (size_t i = 0; i <= count; i++) {
		bool goes_on = i < count && (i == 0 || spots[i].line == spots[i - 1].line);

		if (runs >= BREAK_RUNS_LEAST && goes_on && !judge->line_broken[i]) {
			any = true;
			out->onset = change_at(judge, start);
			out->mended = change_at(judge, i);
		}
		if (!goes_on || !judge->line_broken[i]) {
			runs = 0;
		}
		if (i < count && judge->line_broken[i]) {
			start = runs == 0 ? i : start;
			runs += spots[i].bad + spots[i].failed_again;
		}
	}
	return any;
}

/* It broke behind the last content that passed and that this one comes from, at the first that failed since. */
static struct change broken_since(struct judge *judge, size_t at)
{
	const struct spot *spots = judge->spots.items;
	const struct ancestors *ancestors = ancestry_of(&judge->ancestry, spots[at].position);
	size_t before = at;

	for (; before > 0; before--) {
		const struct spot *spot = &spots[before - 1];

		if (judge_is_edited(judge, spot->run) ||
		    (ancestors->known ? !ancestors->marks[spot->position]
				      : spot->line != spots[at].line && spot->bad > 0)) {
			continue;
		}
		if (spot->bad == 0) {
			break;
		}
		at = before - 1;
	}
	return (struct change){
		.known = before > 0,
		.after = before > 0 ? spots[before - 1].position : NO_INDEX,
		.at = spots[at].position,
	};
}

void judge_broken(struct judge *judge, struct test_judgement *out)
{
	size_t position = judge->ground->numbers->timeline->position[out->streak_end];
	size_t at = 0;

	while (at + 1 < judge->spots.len && judge->spots.items[at].position != position) {
		at++;
	}
	out->onset = broken_since(judge, at);
	out->rate = judge_rate(judge, out->streak, out->streak);
}
