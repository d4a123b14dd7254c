/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_GROUND_H
#define STEADY_ANALYZE_GROUND_H

#include "analyze/beta.h"
#include "analyze/nature.h"
#include "analyze/numbers.h"

/*
 * What all tests are judged by: made once and then only read, by all threads that judge. Inside the room.
 */
struct ground {
	const struct evidence *evidence;   /* borrowed */
	const struct run_numbers *numbers; /* borrowed */
	const bool *left_out;              /* runs whose failures do not count; borrowed */
	const struct prior *prior;         /* borrowed */
	struct kinds kinds;
	size_t *presence;                  /* of each test (presence.h) */
	struct beta_table changes, onsets; /* for change_points.h and onset.h */
	const bool *only; /* of each test: judge it; NULL all; borrowed, set by the caller */
};

void ground_make(const struct evidence *evidence, const struct run_numbers *numbers,
		 const bool *left_out, const struct prior *prior, struct ground *out);
void ground_release(struct ground *ground);

#endif
