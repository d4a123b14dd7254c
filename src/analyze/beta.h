/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_BETA_H
#define STEADY_ANALYZE_BETA_H

#include "analyze/prior.h"

#include <stddef.h>

/*
 * The Beta–Binomial model of a test's failure rate. A test is one of three kinds: it always
 * passes, it always fails, or it is flaky with a rate drawn from the prior's Beta(a, b): a spike at each
 * end and a slab between them. The constants and their reasons: docs/methods.md. `failures` above `runs`
 * count as `runs`.
 */

struct rate {
	double mean, low, high; /* low…high holds the true rate with 90 % */
};

/* The regularised incomplete beta function I_x(a, b) by Lentz's continued fraction; a, b > 0. */
double beta_cdf(double x, double a, double b);

/* The x with beta_cdf(x, a, b) = p, by bisection, to ten digits. */
double beta_quantile(double p, double a, double b);

/* ln of the beta function; a, b > 0. */
double beta_log(double a, double b);

/* ln of the probability of so many failures in so many runs, in one order, for a rate drawn from Beta(a, b).
 * `of_prior`: beta_log(a, b), the part of it that does not depend on the counts. */
double beta_likelihood(double failures, double runs, double a, double b, double of_prior);

/* The same for one Beta(a, b) and whole counts, which a table answers up to `most` runs. */
struct beta_table {
	double a, b, of_prior;
	double *failures, *passes,
		*runs; /* log-gammas: of a, of b and of their sum, and so many more */
	size_t most;
};

void beta_table_make(double a, double b, size_t most, struct beta_table *out);
void beta_table_release(struct beta_table *table);

/* Inline: each pair of cuts asks for it. */
static inline double beta_table_likelihood(const struct beta_table *table, size_t failures,
					   size_t runs)
{
	if (runs > table->most) {
		return beta_likelihood((double)failures, (double)runs, table->a, table->b,
				       table->of_prior);
	}
	return runs > 0 ? table->failures[failures] + table->passes[runs - failures] -
				  table->runs[runs] - table->of_prior
			: 0;
}

/* One of the counts that may be true; the weights of all add up to 1. */
struct rate_part {
	double weight;
	double failures, runs; /* need not be whole */
};

/* Posterior rate after these failures, given that the test is flaky. */
struct rate beta_rate_of(const struct prior *prior, const struct rate_part *parts, size_t count);

/* The same without that knowledge, over all three kinds: near 1 after nothing but failures. */
struct rate beta_rate_any(const struct prior *prior, size_t failures, size_t runs);

/*
 * What repeated runs of one thing show, without any belief beforehand: mean is failures / runs,
 * low…high Jeffreys' 90 % interval, which ends at 0 or 1 where only one outcome was seen (Brown, Cai
 * and DasGupta, Interval estimation for a binomial proportion, 2001).
 */
struct rate beta_trials(size_t failures, size_t runs);

/* After so many runs without a failure, the rate that is not reached with 95 %: 1 - 0.05^(1/runs). */
double beta_none_below(size_t runs);

#endif
