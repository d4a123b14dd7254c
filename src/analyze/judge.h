/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_JUDGE_H
#define STEADY_ANALYZE_JUDGE_H

#include "analyze/ancestry.h"
#include "analyze/flakes.h"
#include "analyze/frame.h"
#include "analyze/looks.h"
#include "analyze/nature.h"

struct rate_answer {
	bool valid;
	size_t failures, runs;
	struct rate rate;
};

/* A look at which the test did more than pass. */
struct touch {
	size_t look, seen; /* an index into evidence->observations */
};

/*
 * The judgement of one test in one lane. The judge keeps marks between them instead of clearing arrays, so
 * that each costs only its own failures; but a flaky test, of which there are few, costs its runs. Inside the room.
 */
struct judge {
	const struct ground *ground; /* borrowed */
	size_t turn;                 /* a mark counts only when it equals this */
	size_t *failed, *failures; /* marks, one a source, and how often it failed there for good */
	size_t *disagree;          /* marks, one a source */
	size_t *pull_requests;     /* marks, one a pull request */

	/* of the course at hand */
	struct framing framing;
	struct frame *frame;
	size_t *seen; /* of each run: its observation; NO_INDEX */
	struct {
		VEC(struct touch)
	} touches; /* by look */

	/* of the lane at hand */
	const struct frame_lane *lane;
	size_t first_touch, end_touch;
	struct {
		struct spot *items; /* the frame's, with the failures of the test on top */
		size_t len;
	} spots;
	struct {
		struct spot
			*items; /* the same line by line, those that are evidence of its nature */
		size_t len;
		bool all; /* of them, not only those beside a failure */
	} lines;
	size_t *line_start; /* one a line of development */
	struct {
		VEC(size_t)
	} places;          /* of spots with a touch */
	bool *broken;      /* of each of `spots` */
	bool *line_broken; /* of each of `lines` */
	struct ancestry ancestry;

	/* Many tests share their counts, and an interval takes a while: the last answers, each
	 * in the slot that its question falls on. */
	struct rate_answer answers[256];
};

/* Borrows the ground. */
void judge_init(struct judge *judge, const struct ground *ground);
void judge_release(struct judge *judge);

/* Takes up a course, whose frame stays until the next one. */
const struct frame *judge_begin(struct judge *judge, const struct course *course);
void judge_end(struct judge *judge, const struct course *course);

/* Judges it in one lane of the frame. *out is zeroed. */
void judge_lane(struct judge *judge, size_t test, const struct frame_lane *lane,
		struct test_judgement *out);

/* Of the same observations that it went by `judged` is set to the number of that lane. */
void judge_note_lane(const struct judge *judge, uint32_t lane, uint32_t *judged);

/* Of a test that is flaky, and of one that is not. Parts of judge_lane(). */
void judge_flaky(struct judge *judge, const struct nature *nature, struct test_judgement *out);
void judge_broken(struct judge *judge, struct test_judgement *out);
bool judge_breaks(struct judge *judge, struct test_judgement *out);

/* The observation at that look, NULL: it passed. */
const struct observation *judge_seen(const struct judge *judge, size_t look);

/* Content that somebody changed says nothing of that which stands in the repository. */
bool judge_is_edited(const struct judge *judge, size_t run);

/* The rate of a test that is not flaky: over all three kinds. */
struct rate judge_rate(struct judge *judge, size_t failures, size_t runs);

#endif
