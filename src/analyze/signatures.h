/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_SIGNATURES_H
#define STEADY_ANALYZE_SIGNATURES_H

#include "analyze/course.h"
#include "analyze/flakes.h"

/*
 * What the failures of a test said, by kind of signature. Marks are kept between judgements instead of clearing
 * arrays, so that each costs only its own failures. Inside the room.
 */
struct signature_counter {
	const struct evidence *evidence; /* borrowed */
	const size_t *kinds; /* of each signature the first one of its kind (alike.h); borrowed */
	size_t turn;         /* a mark counts only when it equals this */
	size_t *marks;       /* one a signature, */
	size_t *places;      /* and its place in the judgement */
};

void signature_counter_make(const struct evidence *evidence, const size_t *kinds,
			    struct signature_counter *out);
void signature_counter_release(struct signature_counter *counter);

/* Of those observations of the course that went into that judgement: `judged` of them is its number. */
void signature_counter_count(struct signature_counter *counter, const struct course *course,
			     const uint32_t *judged, uint32_t number, struct test_judgement *out);

#endif
