/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_LOOKS_H
#define STEADY_ANALYZE_LOOKS_H

#include "analyze/course.h"
#include "analyze/numbers.h"

/*
 * What is judged together: all looks at one test in one job and variant, in the order of the timeline,
 * without skips and without what is no evidence. Inside the room.
 */
struct look {
	size_t run;
	size_t seen; /* an index into evidence->observations; NO_INDEX: it passed */
};

struct look_list {
	struct look *items;
	size_t len;
	size_t *seen; /* of each run, while they are made: what was seen of the test; else NO_INDEX */
};

/* Room for the looks at any test. */
void looks_make(const struct evidence *evidence, struct look_list *out);
void looks_release(struct look_list *looks);

/* Whether one of the observations of that test, which begin at `at`, is a failure that counts; *end is set
 * behind them. */
bool looks_any_failure(const struct evidence *evidence, const bool *left_out, size_t test,
		       size_t at, size_t *end);

/* Replaces the list by the looks at that test, lane by lane. `left_out`: runs whose failures do not count. */
void looks_at(const struct evidence *evidence, const struct run_numbers *numbers,
	      const bool *left_out, const struct course *course, struct look_list *out);

/* The end of the lane that begins at `first`. */
size_t looks_lane_end(const struct look_list *looks, const struct run_numbers *numbers,
		      size_t first);

/* The first try failed, whatever came after. */
bool observation_is_bad(const struct observation *observation);

/* It failed at first and a retry passed, by steady's hand or inside the file. */
bool observation_is_flaky(const struct observation *observation);

/* Its run is evidence, and it was not skipped. */
bool observation_is_evidence(const struct evidence *evidence,
			     const struct observation *observation);

/* The same, and it says something of the test: neither a service nor many failures at once explain it. */
bool observation_counts(const struct evidence *evidence, const bool *left_out,
			const struct observation *observation);

#endif
