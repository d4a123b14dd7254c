/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_ONSET_H
#define STEADY_ANALYZE_ONSET_H

#include "analyze/beta.h"
#include "analyze/nature.h"

/* So many sums stand for all places where it may have begun. */
#define ONSET_PARTS 6

/*
 * Since when a flaky test is so: a Bayesian change point with conjugate priors, so that nothing but lgamma
 * is needed. In front of the change the test was sound; behind it the rate is drawn from the prior's
 * Beta(a, b). Each source position may be the change, and `from_start` is the chance that it lies before
 * the first one: of 245 flaky tests whose history is known (IDoFT) 184 were flaky from the commit that
 * brought them. Spots at which the test was broken are left out. That a flaky test got worse is another
 * question (change_points.h). Pure.
 */
struct onset {
	bool known;       /* it lies in the window, more likely than not */
	size_t low, high; /* the first flaky spot is one of these, with 99 % */
	double before;    /* the probability that it was flaky when the window began */
	/* What was seen since, for the rate: it depends on when that was. */
	struct rate_part parts[ONSET_PARTS];
	size_t count;
};

/* `table`: of the prior's Beta(a, b). */
void onset_find(const struct prior *prior, const struct beta_table *table, const struct spot *spots,
		const bool *broken, size_t count, struct onset *out);

#endif
