/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/judge.h"

#include "analyze/change_points.h"
#include "analyze/lines.h"
#include "analyze/onset.h"

#include <stdlib.h>

/* What is known since the last failure, of what the rate is judged by. */
static size_t clean_runs(const struct judge *judge)
{
	size_t count = 0;

	for (size_t i = judge->spots.len; i > 0 && judge->spots.items[i - 1].bad == 0; i--) {
		count += judge->spots.items[i - 1].runs;
	}
	return count;
}

/* Its last change of pace, when that is one for the worse and not its beginning. */
static void judge_pace(struct judge *judge, struct test_judgement *out)
{
	struct change_list changes = {0};
	size_t count = judge->spots.len, before = 0, bad_before = 0, after = 0, bad_after = 0;
	AUTO_FREE struct position *positions = mem_array(count + 1, sizeof(*positions));
	const struct change_point *last = NULL;

	for (size_t i = 0; i < count; i++) {
		const struct spot *spot = &judge->spots.items[i];

		positions[i] = (struct position){
			.place = spot->place,
			.runs = judge->broken[i] ? 0 : spot->runs,
			.bad = judge->broken[i] ? 0 : spot->bad,
		};
	}
	change_points_find(&judge->ground->changes, positions, count, &changes);
	last = changes.len > 0 ? &changes.items[changes.len - 1] : NULL;
	for (size_t i = 0; last && i < count; i++) {
		before += i < last->first ? positions[i].runs : 0;
		bad_before += i < last->first ? positions[i].bad : 0;
		after += i < last->first ? 0 : positions[i].runs;
		bad_after += i < last->first ? 0 : positions[i].bad;
	}
	if (last && bad_before > 0 && bad_after * before > bad_before * after && last->low > 0) {
		out->worse = (struct change){
			.known = true,
			.after = judge->spots.items[last->low - 1].position,
			.at = judge->spots.items[last->high].position,
		};
	}
	VEC_FREE(&changes);
}

static void find_broken(struct judge *judge, int pace, double rate)
{
	if (!judge->lines.all) {
		lines_all(judge);
	}
	nature_broken(judge->ground->prior, pace, judge->lines.items, judge->lines.len, rate,
		      judge->line_broken);
	for (size_t i = 0; i < judge->spots.len; i++) {
		judge->broken[i] = false;
	}
	for (size_t i = 0; i < judge->lines.len; i++) {
		judge->broken[judge->lines.items[i].at] = judge->line_broken[i];
	}
}

void judge_flaky(struct judge *judge, const struct nature *nature, struct test_judgement *out)
{
	const struct spot *spots = judge->spots.items;
	size_t count = judge->spots.len;
	struct onset onset;

	find_broken(judge, nature->pace, nature->rate);
	onset_find(judge->ground->prior, &judge->ground->onsets, spots, judge->broken, count,
		   &onset);
	out->rate = beta_rate_of(judge->ground->prior, onset.parts, onset.count);
	out->broken_now = out->streak > 1 && judge->broken[count - 1];
	out->onset = (struct change){
		.known = onset.known,
		.after = onset.low > 0 ? spots[onset.low - 1].position : NO_INDEX,
		.at = spots[onset.high].position,
	};
	judge_pace(judge, out);
	clean_judge(judge->ground->prior, onset.parts, onset.count, clean_runs(judge), &out->clean);
}
