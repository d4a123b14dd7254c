/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_JUDGE_H
#define STEADY_ANALYZE_JUDGE_H

#include "analyze/flakes.h"
#include "analyze/groups.h"

struct rate_answer {
	bool valid;
	enum test_state state;
	size_t failures, runs;
	struct rate rate;
};

/*
 * The judgement of one group. The judge keeps marks between groups instead of clearing arrays, so
 * that a group costs only its own length. Inside the room.
 */
struct judge {
	const struct evidence *evidence;
	const struct run_numbers *numbers;
	size_t turn;             /* of the group: a mark counts only when it equals this */
	size_t *passed, *failed; /* marks, one a source */
	size_t *pull_requests;   /* marks, one a pull request */
	size_t *signatures;      /* marks, one a signature, */
	size_t *signature_slot;  /* and its place in the judgement */

	/* Many tests share their counts, and an interval takes a while: the last answers, each
	 * in the slot that its question falls on. */
	struct rate_answer answers[256];
};

void judge_init(struct judge *judge, const struct evidence *evidence,
		const struct run_numbers *numbers);
void judge_release(struct judge *judge);

/* observations: indices into the evidence, at least one. *out is empty; minutes_lost is left 0. */
void judge_group(struct judge *judge, const size_t *observations, size_t count,
		 struct test_judgement *out);

#endif
