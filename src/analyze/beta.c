/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/beta.h"

#include "base/mem.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

/* Of all tests those that always fail; what always passes is the rest. */
#define SHARE_FAIL 0.005

/* The chance that a single run lies about a test that always passes or always fails. Without it
 * one lost machine would rule those kinds out for ever. */
#define NOISE 1e-4

/* Half of what a 90 % interval leaves out. */
#define TAIL 0.05

/* How exact a quantile is, relative to it; of a mixture, which takes a while, no more than anybody sees. */
#define DIGITS         1e-10
#define MIXTURE_DIGITS 1e-8

/* More runs than that have no history; their log-gammas would lose the digits that matter. */
#define MAX_RUNS 1000000000

/* The fraction converges in the order of sqrt(a + b) steps: this is enough for MAX_RUNS. */
#define MAX_STEPS 200000

static double log_gamma(double x)
{
	int sign = 0;

	return lgamma_r(x, &sign);
}

double beta_log(double a, double b)
{
	return log_gamma(a) + log_gamma(b) - log_gamma(a + b);
}

double beta_likelihood(double failures, double runs, double a, double b, double of_prior)
{
	return runs > 0 ? beta_log(a + failures, b + runs - failures) - of_prior : 0;
}

void beta_table_make(double a, double b, size_t most, struct beta_table *out)
{
	*out = (struct beta_table){
		.a = a,
		.b = b,
		.of_prior = beta_log(a, b),
		.failures = mem_array(most + 1, sizeof(double)),
		.passes = mem_array(most + 1, sizeof(double)),
		.runs = mem_array(most + 1, sizeof(double)),
		.most = most,
	};
	for (size_t i = 0; i <= most; i++) {
		out->failures[i] = log_gamma(a + (double)i);
		out->passes[i] = log_gamma(b + (double)i);
		out->runs[i] = log_gamma(a + b + (double)i);
	}
}

void beta_table_release(struct beta_table *table)
{
	free(table->failures);
	free(table->passes);
	free(table->runs);
	*table = (struct beta_table){0};
}

/* Lentz's method divides by the partial results, which may come out as zero. */
static double not_zero(double value)
{
	return fabs(value) < DBL_MIN ? DBL_MIN : value;
}

/* One step of the fraction with the given partial numerator. */
static double step(double numerator, double *c, double *d)
{
	*d = 1 / not_zero(1 + numerator * *d);
	*c = not_zero(1 + numerator / *c);
	return *c * *d;
}

static double fraction(double x, double a, double b)
{
	double c = 1;
	double d = 1 / not_zero(1 - (a + b) * x / (a + 1));
	double value = d;

	for (int i = 1; i <= MAX_STEPS; i++) {
		double m = i;
		double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
		double change = 0;

		value *= step(even, &c, &d);
		change = step(odd, &c, &d);
		value *= change;
		if (fabs(change - 1) < 4 * DBL_EPSILON) {
			break;
		}
	}
	return value;
}

double beta_cdf(double x, double a, double b)
{
	double front = 0;

	if (x <= 0) {
		return 0;
	}
	if (x >= 1) {
		return 1;
	}
	front = exp(a * log(x) + b * log1p(-x) - beta_log(a, b));
	/* The fraction converges fast only below the mean; above it the mirrored one does. */
	if (x < (a + 1) / (a + b + 2)) {
		return front * fraction(x, a, b) / a;
	}
	return 1 - front * fraction(1 - x, b, a) / b;
}

/* What is known about a rate: the weights of the two fixed kinds and, for the rest, a Beta. */
struct belief {
	double pass, fail;
	double a, b;
};

/* How likely a rate up to x is. */
typedef double cdf_fn(const void *of, double x);

/* By bisection. Relative to the result, because rates of flaky tests come near zero. */
static double quantile(cdf_fn *cdf, const void *of, double p, double digits)
{
	double low = 0, high = 1;

	while (high - low > digits * high && high > DBL_MIN) {
		double middle = low + (high - low) / 2;

		if (cdf(of, middle) < p) {
			low = middle;
		} else {
			high = middle;
		}
	}
	return low + (high - low) / 2;
}

static double belief_cdf(const void *of, double x)
{
	const struct belief *belief = of;
	double slab = 1 - belief->pass - belief->fail;
	double sum = x >= NOISE ? belief->pass : 0;

	if (x >= 1 - NOISE) {
		sum += belief->fail;
	}
	return sum + slab * beta_cdf(x, belief->a, belief->b);
}

double beta_quantile(double p, double a, double b)
{
	if (p <= 0 || p >= 1) {
		return p <= 0 ? 0 : 1;
	}
	return quantile(belief_cdf, &(struct belief){.a = a, .b = b}, p, DIGITS);
}

/* The posterior weights of the three kinds and the posterior of the flaky rate. */
static struct belief belief_after(const struct prior *prior, double failures, double runs)
{
	double n = fmin(runs, MAX_RUNS);
	double x = fmin(failures, n);
	double often = log1p(-NOISE), rarely = log(NOISE);
	double pass = log(1 - prior->flaky - SHARE_FAIL) + x * rarely + (n - x) * often;
	double fail = log(SHARE_FAIL) + x * often + (n - x) * rarely;
	double slab = log(prior->flaky) +
		      beta_likelihood(x, n, prior->a, prior->b, beta_log(prior->a, prior->b));
	double most = fmax(slab, fmax(pass, fail));
	double sum = exp(pass - most) + exp(fail - most) + exp(slab - most);

	return (struct belief){
		.pass = exp(pass - most) / sum,
		.fail = exp(fail - most) / sum,
		.a = prior->a + x,
		.b = prior->b + n - x,
	};
}

static struct rate rate_of(const struct belief *belief)
{
	double slab = 1 - belief->pass - belief->fail;

	return (struct rate){
		.mean = belief->pass * NOISE + belief->fail * (1 - NOISE) +
			slab * belief->a / (belief->a + belief->b),
		.low = quantile(belief_cdf, belief, TAIL, DIGITS),
		.high = quantile(belief_cdf, belief, 1 - TAIL, DIGITS),
	};
}

/* Several posteriors with their weights. */
struct mixture {
	const struct prior *prior;
	const struct rate_part *parts;
	size_t count;
};

static struct belief belief_in(const struct prior *prior, const struct rate_part *part)
{
	double n = fmin(part->runs, MAX_RUNS), bad = fmin(part->failures, n);

	return (struct belief){.a = prior->a + bad, .b = prior->b + n - bad};
}

static double mixture_cdf(const void *of, double x)
{
	const struct mixture *mixture = of;
	double sum = 0;

	for (size_t i = 0; i < mixture->count; i++) {
		struct belief belief = belief_in(mixture->prior, &mixture->parts[i]);

		sum += mixture->parts[i].weight * beta_cdf(x, belief.a, belief.b);
	}
	return sum;
}

struct rate beta_rate_of(const struct prior *prior, const struct rate_part *parts, size_t count)
{
	const struct mixture mixture = {prior, parts, count};
	struct rate out = {0};

	for (size_t i = 0; i < count; i++) {
		struct belief belief = belief_in(prior, &parts[i]);

		out.mean += parts[i].weight * belief.a / (belief.a + belief.b);
	}
	out.low = quantile(mixture_cdf, &mixture, TAIL, MIXTURE_DIGITS);
	out.high = quantile(mixture_cdf, &mixture, 1 - TAIL, MIXTURE_DIGITS);
	return out;
}

struct rate beta_rate_any(const struct prior *prior, size_t failures, size_t runs)
{
	struct belief belief = belief_after(prior, (double)failures, (double)runs);

	return rate_of(&belief);
}

struct rate beta_trials(size_t failures, size_t runs)
{
	double x = (double)(failures < runs ? failures : runs);
	double n = (double)runs;

	if (runs == 0) {
		return (struct rate){.mean = 0, .low = 0, .high = 1};
	}
	return (struct rate){
		.mean = x / n,
		.low = failures == 0 ? 0 : beta_quantile(TAIL, x + 0.5, n - x + 0.5),
		.high = failures >= runs ? 1 : beta_quantile(1 - TAIL, x + 0.5, n - x + 0.5),
	};
}

double beta_none_below(size_t runs)
{
	return runs == 0 ? 1 : -expm1(log(0.05) / (double)runs);
}
