/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/lines.h"

#include <stdlib.h>
#include <string.h>

/* With fewer than one spot of so many touched it pays to leave out the others. */
#define FEW 8

/* Content that nobody can name is compared with nothing: only a retry in such a run says what the test is. */
static bool tells(const struct judge *judge, const struct spot *spot)
{
	return judge->ground->numbers->source[spot->run] != NO_INDEX || spot->retry_passed > 0;
}

void lines_all(struct judge *judge)
{
	size_t *start = judge->line_start, count = 0;

	memset(start, 0, judge->ground->numbers->lines * sizeof(*start));
	VEC_EACH (const struct spot, spot, &judge->spots) {
		start[spot->line] += tells(judge, spot);
	}
	for (size_t i = 0; i < judge->ground->numbers->lines; i++) {
		size_t own = start[i];

		start[i] = count;
		count += own;
	}
	VEC_EACH (const struct spot, spot, &judge->spots) {
		if (tells(judge, spot)) {
			judge->lines.items[start[spot->line]++] = *spot;
		}
	}
	judge->lines.len = count;
	judge->lines.all = true;
}

static int compare_places(const void *a, const void *b)
{
	size_t left = *(const size_t *)a, right = *(const size_t *)b;

	return (left > right) - (left < right);
}

static void sort_places(struct judge *judge)
{
	bool sorted = true;

	for (size_t i = 1; i < judge->places.len; i++) {
		sorted = sorted && judge->places.items[i - 1] < judge->places.items[i];
	}
	if (!sorted) {
		qsort(judge->places.items, judge->places.len, sizeof(*judge->places.items),
		      compare_places);
	}
}

/* The touched spots' places in by_line. False: one that counts has none. */
static bool list_places(struct judge *judge)
{
	const struct frame *frame = judge->frame;
	size_t last = NO_INDEX;

	judge->places.len = 0;
	for (size_t i = judge->first_touch; i < judge->end_touch; i++) {
		size_t spot = frame->spot_of[judge->touches.items[i].look];
		size_t place = frame->place_of[spot];

		if (place == NO_INDEX && frame->spots[spot].retry_passed > 0) {
			return false;
		}
		if (place != NO_INDEX && place != last) {
			*VEC_PUSH(&judge->places) = last = place;
		}
	}
	return true;
}

/* From place `next` on all up to that one have been dealt with; they passed, and so did both that are kept. */
static size_t keep(struct judge *judge, size_t next, size_t place)
{
	const struct frame *frame = judge->frame;
	struct spot *kept = NULL;

	if (place < next) {
		return next;
	}
	kept = &judge->lines.items[judge->lines.len++];
	*kept = frame->spots[frame->by_line[place]];
	kept->left_out = (uint32_t)(place - next);
	kept->left_out_runs = (uint32_t)(frame->runs_before[place] - frame->runs_before[next]);
	return place + 1;
}

/* One line, of which places[at] is the first that was touched; returns the first of the next line. */
static size_t add_line(struct judge *judge, size_t at, struct clean_rest *rest)
{
	const struct frame_lane *lane = judge->lane;
	const size_t *places = judge->places.items;
	size_t number = judge->frame->line_of[places[at]];
	const struct clean_line *line = &lane->lines.lines.items[number];
	size_t first = lane->first_place + line->first, end = lane->first_place + line->end;
	size_t next = keep(judge, first, first);

	clean_rest_drop(&lane->lines, number, rest);
	for (; at < judge->places.len && places[at] < end; at++) {
		next = places[at] > first ? keep(judge, next, places[at] - 1) : next;
		next = keep(judge, next, places[at]);
		next = places[at] + 1 < end ? keep(judge, next, places[at] + 1) : next;
	}
	(void)keep(judge, next, end - 1);
	return at;
}

bool lines_few(struct judge *judge, struct clean_rest *rest)
{
	if (!list_places(judge) || judge->places.len * FEW > judge->spots.len + FEW) {
		return false;
	}
	sort_places(judge);
	*rest = judge->lane->lines.all;
	judge->lines.len = 0;
	judge->lines.all = false;
	for (size_t at = 0; at < judge->places.len;) {
		at = add_line(judge, at, rest);
	}
	return true;
}
