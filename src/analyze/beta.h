/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_BETA_H
#define STEADY_ANALYZE_BETA_H

#include <stddef.h>

/*
 * The Beta–Binomial model of a test's failure rate. A test is one of three kinds: it always
 * passes, it always fails, or it is flaky with a rate drawn from Beta(0.3, 5). The constants and
 * their reasons: docs/methods.md. `failures` above `runs` count as `runs`.
 */

struct rate {
	double mean, low, high; /* low…high holds the true rate with 90 % */
};

/* The regularised incomplete beta function I_x(a, b) by Lentz's continued fraction; a, b > 0. */
double beta_cdf(double x, double a, double b);

/* The x with beta_cdf(x, a, b) = p, by bisection, to ten digits. */
double beta_quantile(double p, double a, double b);

/* Posterior rate after `failures` in `runs`, given that the test is flaky. */
struct rate beta_rate(size_t failures, size_t runs);

/* The same without that knowledge, over all three kinds: near 1 after nothing but failures. */
struct rate beta_rate_any(size_t failures, size_t runs);

/* The probability that a test with this record is flaky rather than one that always passes or
 * always fails. */
double beta_flaky_probability(size_t failures, size_t runs);

/*
 * What repeated runs of one thing show, without any belief beforehand: mean is failures / runs,
 * low…high Jeffreys' 90 % interval, which ends at 0 or 1 where only one outcome was seen (Brown, Cai
 * and DasGupta, Interval estimation for a binomial proportion, 2001).
 */
struct rate beta_trials(size_t failures, size_t runs);

/* After so many runs without a failure, the rate that is not reached with 95 %: 1 - 0.05^(1/runs). */
double beta_none_below(size_t runs);

#endif
