/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_JUDGE_H
#define STEADY_ANALYZE_JUDGE_H

#include "analyze/flakes.h"
#include "analyze/looks.h"
#include "analyze/nature.h"

struct rate_answer {
	bool valid;
	size_t failures, runs;
	struct rate rate;
};

/*
 * The judgement of one test in one lane. The judge keeps marks between them instead of clearing arrays, so
 * that each costs only its own length. Inside the room.
 */
struct judge {
	const struct evidence *evidence;
	const struct run_numbers *numbers;
	const struct prior *prior;
	struct kinds kinds;
	const size_t *kinds_of_failures; /* of each signature the first one of its kind; borrowed */
	size_t turn;                     /* a mark counts only when it equals this */
	size_t *passed, *failed;         /* marks, one a source */
	size_t *pull_requests;           /* marks, one a pull request */
	size_t *signatures;              /* marks, one a signature, */
	size_t *signature_slot;          /* and its place in the judgement */
	struct {
		struct spot *items; /* of the test at hand */
		size_t len;
	} spots;
	struct {
		struct spot
			*items; /* the same line by line, those that are evidence of its nature */
		size_t len;
	} lines;
	size_t *line_start, *looked; /* one a line of development */
	struct beta_table changes, onsets;
	bool *broken;      /* of each of `spots` */
	bool *line_broken; /* of each of `lines` */

	/* Tests that break together come from the same: the last answer of timeline_mark_positions(). */
	bool *ancestors;
	bool ancestors_known;
	size_t ancestors_of; /* a position; NO_INDEX: none yet */

	/* Many tests share their counts, and an interval takes a while: the last answers, each
	 * in the slot that its question falls on. */
	struct rate_answer answers[256];
};

/* kinds_of_failures: see alike_signatures(). Borrows all. */
void judge_init(struct judge *judge, const struct evidence *evidence,
		const struct run_numbers *numbers, const size_t *kinds_of_failures,
		const struct prior *prior);
void judge_release(struct judge *judge);

/* looks: at least one, in the order of the timeline. *out is empty; costs and signatures are left 0. */
void judge_test(struct judge *judge, size_t test, const struct look *looks, size_t count,
		struct test_judgement *out);

/* How a test failed that is judged: fills the signatures of one of its judgements. `judged`: of each observation
 * the judgement that it went into. */
void judge_signatures(struct judge *judge, const struct course *course, const size_t *judged,
		      size_t judgement, struct test_judgement *out);

#endif
