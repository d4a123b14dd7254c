/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/frame.h"

#include "analyze/looks.h"

#include <stdlib.h>
#include <string.h>

static void frame_drop(struct frame *frame)
{
	VEC_EACH (struct frame_lane, lane, &frame->lanes) {
		clean_lines_release(&lane->lines);
	}
	VEC_FREE(&frame->lanes);
	frame->len = 0;
}

void framing_begin(const struct ground *ground, struct framing *out)
{
	const struct run_numbers *numbers = ground->numbers;
	size_t runs = ground->evidence->runs.len;
	size_t most = numbers->sources > numbers->lines ? numbers->sources : numbers->lines;

	/* a branch is named by a run */
	most = most > runs ? most : runs;
	*out = (struct framing){
		.ground = ground,
		.counts = mem_array(most + 1, sizeof(size_t)),
		.odd = mem_array(runs + 1, sizeof(bool)),
		.frame =
			{
				.runs = mem_array(runs + 1, sizeof(size_t)),
				.look_of = mem_array(runs + 1, sizeof(size_t)),
				.spot_of = mem_array(runs + 1, sizeof(size_t)),
				.same_source = mem_array(runs + 1, sizeof(size_t)),
				.same_branch = mem_array(runs + 1, sizeof(size_t)),
				.spots = mem_array(runs + 1, sizeof(struct spot)),
				.by_line = mem_array(runs + 1, sizeof(size_t)),
				.place_of = mem_array(runs + 1, sizeof(size_t)),
				.line_of = mem_array(runs + 1, sizeof(size_t)),
				.runs_before = mem_array(runs + 2, sizeof(size_t)),
			},
	};
}

void framing_end(struct framing *framing)
{
	struct frame *frame = &framing->frame;

	frame_drop(frame);
	VEC_FREE(&frame->odd);
	free(frame->runs);
	free(frame->look_of);
	free(frame->spot_of);
	free(frame->same_source);
	free(frame->same_branch);
	free(frame->spots);
	free(frame->by_line);
	free(frame->place_of);
	free(frame->line_of);
	free(frame->runs_before);
	free(framing->counts);
	free(framing->odd);
	*framing = (struct framing){0};
}

/* It is looked at there although it is on no roster, or the other way round. */
static bool is_odd(const struct ground *ground, const struct observation *seen)
{
	const struct evidence *evidence = ground->evidence;

	return run_is_evidence(evidence->runs.items[seen->run].outcome) &&
	       evidence_ran(evidence, seen->test, seen->run) !=
		       observation_counts(evidence, ground->left_out, seen);
}

uint64_t framing_key(const struct ground *ground, struct course *course)
{
	uint64_t key = ground->presence[course->test];

	course->odd = 0;
	for (size_t i = course->first; i < course->end; i++) {
		const struct observation *seen = &ground->evidence->observations.items[i];

		if (is_odd(ground, seen)) {
			key = (key ^ seen->run) * 0x9e3779b97f4a7c15U;
			key ^= key >> 32;
			course->odd++;
		}
	}
	return key;
}

static bool is_made_for(const struct framing *framing, const struct course *course)
{
	const struct frame *frame = &framing->frame;
	size_t at = 0;

	if (!frame->made || frame->kind != framing->ground->presence[course->test] ||
	    frame->odd.len != course->odd) {
		return false;
	}
	for (size_t i = course->first; i < course->end && at < course->odd; i++) {
		const struct observation *seen = &framing->ground->evidence->observations.items[i];

		if (is_odd(framing->ground, seen) && frame->odd.items[at++] != seen->run) {
			return false;
		}
	}
	return true;
}

static void list_looks(struct framing *framing, const struct course *course)
{
	struct frame *frame = &framing->frame;

	frame->made = true;
	frame->kind = framing->ground->presence[course->test];
	frame->odd.len = 0;
	for (size_t i = course->first; i < course->end; i++) {
		const struct observation *seen = &framing->ground->evidence->observations.items[i];

		if (is_odd(framing->ground, seen)) {
			*VEC_PUSH(&frame->odd) = seen->run;
			framing->odd[seen->run] = true;
		}
	}
	for (size_t run = 0; run < framing->ground->evidence->runs.len; run++) {
		frame->look_of[run] = NO_INDEX;
	}
	for (size_t i = 0; i < framing->ground->numbers->order_len; i++) {
		size_t run = framing->ground->numbers->order[i];
		bool ran = evidence_ran(framing->ground->evidence, course->test, run);

		if (ran != framing->odd[run]) {
			frame->look_of[run] = frame->len;
			frame->runs[frame->len++] = run;
		}
	}
	VEC_EACH (const size_t, run, &frame->odd) {
		framing->odd[*run] = false;
	}
}

static void split_lanes(struct framing *framing)
{
	struct frame *frame = &framing->frame;
	const size_t *lane_of = framing->ground->numbers->lane;
	struct frame_lane *lane = NULL;

	for (size_t i = 0; i < frame->len; i++) {
		if (!lane || lane_of[frame->runs[i]] != lane_of[frame->runs[i - 1]]) {
			lane = VEC_PUSH(&frame->lanes);
			lane->first = i;
		}
		lane->end = i + 1;
	}
}

static void add_spots(struct framing *framing, struct frame_lane *lane, size_t first)
{
	const struct run_numbers *numbers = framing->ground->numbers;
	struct frame *frame = &framing->frame;
	struct spot *last = NULL;

	lane->first_spot = lane->end_spot = first;
	for (size_t i = lane->first; i < lane->end; i++) {
		size_t run = frame->runs[i], position = numbers->timeline->position[run];

		if (!last || last->position != position) {
			last = &frame->spots[lane->end_spot];
			*last = (struct spot){
				.at = (uint32_t)(lane->end_spot++ - first),
				.position = (uint32_t)position,
				.place = (uint32_t)numbers->timeline->first[position],
				.run = (uint32_t)run,
				.line = (uint32_t)numbers->line[run],
			};
		} else if (numbers->on_branch[run]) {
			/* what a pull request and its branch have in common belongs to the branch */
			last->line = (uint32_t)numbers->line[run];
		}
		last->runs++;
		frame->spot_of[i] = lane->end_spot - 1;
	}
}

/* How many looks of the lane have each number; those without one stay 0. Returns how many have one. */
static size_t count_same(struct framing *framing, const struct frame_lane *lane,
			 const size_t *number, size_t *out)
{
	const size_t *runs = framing->frame.runs;
	size_t count = 0;

	for (size_t i = lane->first; i < lane->end; i++) {
		if (number[runs[i]] != NO_INDEX) {
			framing->counts[number[runs[i]]]++;
			count++;
		}
	}
	for (size_t i = lane->first; i < lane->end; i++) {
		out[i] = number[runs[i]] == NO_INDEX ? 0 : framing->counts[number[runs[i]]];
	}
	for (size_t i = lane->first; i < lane->end; i++) {
		if (number[runs[i]] != NO_INDEX) {
			framing->counts[number[runs[i]]] = 0;
		}
	}
	return count;
}

/* The branch with the most looks, NO_INDEX without any. */
static size_t main_line(struct framing *framing, const struct frame_lane *lane)
{
	const struct run_numbers *numbers = framing->ground->numbers;
	size_t *looked = framing->counts, best = NO_INDEX;

	for (size_t i = lane->first; i < lane->end; i++) {
		size_t run = framing->frame.runs[i], line = numbers->line[run];

		looked[line]++;
		if (numbers->on_branch[run] && (best == NO_INDEX || looked[line] > looked[best])) {
			best = line;
		}
	}
	for (size_t i = lane->first; i < lane->end; i++) {
		looked[numbers->line[framing->frame.runs[i]]] = 0;
	}
	return best;
}

static void find_newest(struct framing *framing, struct frame_lane *lane)
{
	const struct run_numbers *numbers = framing->ground->numbers;
	size_t best = main_line(framing, lane);

	lane->newest = lane->newest_main = NO_INDEX;
	for (size_t i = lane->first; i < lane->end; i++) {
		size_t run = framing->frame.runs[i];

		if (!numbers->dirty[run]) {
			lane->newest = i;
			lane->newest_main = numbers->line[run] == best ? i : lane->newest_main;
		}
	}
}

/* A spot without a name is compared with nothing: it has no place. */
static bool has_name(const struct framing *framing, const struct spot *spot)
{
	return framing->ground->numbers->source[spot->run] != NO_INDEX;
}

static size_t sort_by_line(struct framing *framing, const struct frame_lane *lane, size_t first)
{
	struct frame *frame = &framing->frame;
	size_t *next = framing->counts, place = first;

	for (size_t i = lane->first_spot; i < lane->end_spot; i++) {
		next[frame->spots[i].line] += has_name(framing, &frame->spots[i]);
	}
	for (size_t line = 0; line < framing->ground->numbers->lines; line++) {
		size_t own = next[line];

		next[line] = place;
		place += own;
	}
	for (size_t i = lane->first_spot; i < lane->end_spot; i++) {
		frame->place_of[i] = NO_INDEX;
		if (has_name(framing, &frame->spots[i])) {
			frame->place_of[i] = next[frame->spots[i].line]++;
			frame->by_line[frame->place_of[i]] = i;
		}
	}
	memset(next, 0, framing->ground->numbers->lines * sizeof(*next));
	return place;
}

static size_t add_lines(struct framing *framing, struct frame_lane *lane, size_t first)
{
	struct frame *frame = &framing->frame;
	size_t end = sort_by_line(framing, lane, first), runs = 0;
	AUTO_FREE struct spot *spots = mem_array(end - first + 1, sizeof(*spots));

	lane->first_place = first;
	for (size_t i = first; i < end; i++) {
		spots[i - first] = frame->spots[frame->by_line[i]];
		frame->runs_before[i] = runs;
		runs += spots[i - first].runs;
	}
	clean_lines_make(&framing->ground->kinds, spots, end - first, &lane->lines);
	for (size_t line = 0; line < lane->lines.lines.len; line++) {
		const struct clean_line *own = &lane->lines.lines.items[line];

		for (size_t i = own->first; i < own->end; i++) {
			frame->line_of[first + i] = line;
		}
	}
	return end;
}

struct frame *framing_get(struct framing *framing, const struct course *course)
{
	struct frame *frame = &framing->frame;
	size_t spots = 0, places = 0;

	if (is_made_for(framing, course)) {
		return frame;
	}
	frame_drop(frame);
	list_looks(framing, course);
	split_lanes(framing);
	VEC_EACH (struct frame_lane, lane, &frame->lanes) {
		add_spots(framing, lane, spots);
		spots = lane->end_spot;
		(void)count_same(framing, lane, framing->ground->numbers->source,
				 frame->same_source);
		lane->branched = count_same(framing, lane, framing->ground->numbers->branch,
					    frame->same_branch);
		find_newest(framing, lane);
		places = add_lines(framing, lane, places);
	}
	return frame;
}
