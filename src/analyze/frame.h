/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_FRAME_H
#define STEADY_ANALYZE_FRAME_H

#include "analyze/clean_lines.h"
#include "analyze/course.h"
#include "analyze/ground.h"

/*
 * What is the same for all tests that are looked at in the same runs: the order of the looks, and the spots, lines
 * and sources that they make. It is made in the order of the runs, most often once for all tests; what a test did
 * more than pass is put on top of it and taken away again, so that a test takes time in the order of that.
 *
 * Looks are those runs that are evidence about the test: without skips, failures that a service or a mass of them
 * explains, and runs that say nothing. A look is at one of the frame's spots (nature.h). Inside the room.
 */
/* One job and variant. */
struct frame_lane {
	size_t first, end;           /* looks */
	size_t first_spot, end_spot; /* spots, */
	size_t first_place;          /* and the first of them in `by_line` */
	size_t newest;               /* the newest look at content that nobody changed; NO_INDEX */
	size_t newest_main;          /* the same on the branch with the most looks; NO_INDEX */
	size_t branched;             /* looks at a known branch */
	struct clean_lines
		lines; /* as if nothing had failed; their spots are numbered from first_place on */
};

struct frame {
	size_t *runs; /* of each look */
	size_t len;
	size_t *look_of; /* of each run; NO_INDEX */

	/* of each look: its spot, and how many of the lane are at the same source and branch */
	size_t *spot_of, *same_source, *same_branch;

	struct spot *
		spots; /* lane by lane, as on the timeline; without a failure until one is put on top */
	size_t *by_line;     /* those of named content: in each lane line by line */
	size_t *place_of;    /* of each spot: its place there; NO_INDEX */
	size_t *line_of;     /* of each place there: which of its lane's lines */
	size_t *runs_before; /* of each place there: runs in front of it */
	struct {
		VEC(struct frame_lane)
	} lanes;

	/* What tells its looks: which rosters they are on, and the runs in which they differ from those. */
	bool made;
	size_t kind;
	struct {
		VEC(size_t)
	} odd;
};

/* Makes frames, one at a time. */
struct framing {
	const struct ground *ground; /* borrowed */
	size_t *counts;              /* all 0: one a source, a branch, or a line */
	bool *odd;                   /* all false: one a run */
	struct frame frame;
};

void framing_begin(const struct ground *ground, struct framing *out);
void framing_end(struct framing *framing);

/* A number that is the same for tests with one frame, and seldom for others: to judge them one after the other. Sets
 * course->odd. */
uint64_t framing_key(const struct ground *ground, struct course *course);

/* The frame of that test; it lasts until another one is asked for. */
struct frame *framing_get(struct framing *framing, const struct course *course);

#endif
