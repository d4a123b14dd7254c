/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_CHANGE_POINTS_H
#define STEADY_ANALYZE_CHANGE_POINTS_H

#include "analyze/beta.h"
#include "base/vec.h"

/*
 * Where along a line of source positions a test began, or ceased, to fail as often as it did. Pure.
 *
 * The method is that of LUCI's changepoint analysis (luci-go, analysis/internal/changepoints): in a
 * segment runs fail independently at a rate that nobody knows, drawn from Beta(0.3, 0.5), and so do
 * retried failures that never pass, from Beta(0.5, 0.5). A segment is cut in two where that explains the
 * runs better by more than the odds of 10,000 to 1; then the same is asked of both halves. Beyond that method,
 * two cuts are looked for together, at twice that price: of a block of failures that came and went, neither
 * end alone explains much.
 */

/* What is known at one source position; positions stand in the order of history. */
struct position {
	size_t place;      /* its number on the whole line, which counts those nobody ran, too */
	size_t runs;       /* of this test */
	size_t bad;        /* of those: at least one try failed */
	size_t retried;    /* of those: tried again */
	size_t never_good; /* of those: and never passed */
};

/* Between positions first - 1 and first, as indexes, something changed. */
struct change_point {
	size_t first;
	double gain; /* the logarithm of how much better it is explained, of two cuts together */
	size_t low, high; /* first lies in there with 99 % */
};

struct change_list {
	VEC(struct change_point) /* in the order of positions */
};

/* What the method asks of runs, to be made once for many tests: `most` is a number of runs that few tests exceed. */
void change_points_table(size_t most, struct beta_table *out);

/* Appends the changes. Takes time in the order of the positions for each change. */
void change_points_find(const struct beta_table *table, const struct position *positions,
			size_t count, struct change_list *out);

#endif
