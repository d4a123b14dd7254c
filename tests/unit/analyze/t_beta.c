/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "analyze/beta.h"
#include "base/mem.h"

#include <math.h>
#include <stdio.h>

/* The expected numbers come from closed forms where there is one (first rows), otherwise from a
 * 30-digit calculation with other software. */

static const struct prior prior = {.flaky = 0.03, .a = 0.3, .b = 5};

static void near(double got, double want, double tolerance, const char *what)
{
	if (!(fabs(got - want) <= tolerance)) {
		fail_msg("%s: %.15g instead of %.15g", what, got, want);
	}
}

static void test_cdf(void **state)
{
	static const struct {
		double x, a, b, want;
		const char *why;
	} rows[] = {
		{0.5, 2, 3, 0.6875, "6x² − 8x³ + 3x⁴"},
		{0.25, 1, 1, 0.25, "uniform"},
		{0.3, 1, 5, 0.83193, "1 − 0.7⁵"},
		{0.9, 4, 1, 0.6561, "0.9⁴"},
		{0.5, 500, 500, 0.5, "symmetric and narrow"},
		{0.5, 0.5, 0.5, 0.5, "arcsine law"},
		{0.25, 0.5, 0.5, 1.0 / 3, "arcsine law: 2/π · asin √x"},
		{0.01, 0.3, 5, 0.4399962724730649, "the prior of flaky rates"},
		{0, 2, 3, 0, "left edge"},
		{1, 2, 3, 1, "right edge"},
		{-0.5, 2, 3, 0, "outside"},
		{1.5, 2, 3, 1, "outside"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		near(beta_cdf(rows[i].x, rows[i].a, rows[i].b), rows[i].want, 1e-12, rows[i].why);
	}
}

static void test_quantile(void **state)
{
	static const struct {
		double p, a, b, want;
		const char *why;
	} rows[] = {
		{0.5, 1, 1, 0.5, "uniform"},
		{0.05, 1, 5, 0.010206218313011495, "1 − 0.95^(1/5)"},
		{0.95, 4, 1, 0.9872585449014338, "0.95^(1/4)"},
		{0.95, 2, 3, 0.75139537427, "a wide one"},
		{0.05, 0.3, 25, 1.30256888086e-6, "very near zero: relative digits count"},
		{0, 2, 3, 0, "no probability"},
		{1, 2, 3, 1, "all of it"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		near(beta_quantile(rows[i].p, rows[i].a, rows[i].b), rows[i].want,
		     rows[i].want * 2e-10 + 1e-300, rows[i].why);
	}
}

static void test_quantile_inverts_cdf(void **state)
{
	(void)state;
	for (int a = 1; a <= 40; a += 3) {
		for (int b = 1; b <= 4000; b *= 3) {
			double x = beta_quantile(0.95, a * 0.3, b);

			near(beta_cdf(x, a * 0.3, b), 0.95, 1e-8, "inverse");
		}
	}
}

/* Where the counts are certain. */
static struct rate rate_after(size_t failures, size_t runs)
{
	return beta_rate_of(&prior, &(struct rate_part){1, (double)failures, (double)runs}, 1);
}

static void test_rate(void **state)
{
	static const struct {
		size_t failures, runs;
		struct rate want;
		const char *why;
	} rows[] = {
		{0, 0, {0.0566037736, 6.8934202e-6, 0.254781907}, "the prior"},
		{1, 1, {0.206349206, 0.0227289822, 0.49946489}, "one run says little"},
		{1, 20, {0.0513833992, 0.00488560496, 0.136878499}, "1 of 20 is not 5 %"},
		{0, 100, {0.00284900285, 3.06834505e-7, 0.013028011}, "clean"},
		{10, 20, {0.407114625, 0.253561114, 0.569185696}, "pulled towards the prior"},
		{30, 10, {0.673202614, 0.469100909, 0.850776757}, "more failures than runs"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct rate got = rate_after(rows[i].failures, rows[i].runs);

		near(got.mean, rows[i].want.mean, 1e-8, rows[i].why);
		near(got.low, rows[i].want.low, 1e-8, rows[i].why);
		near(got.high, rows[i].want.high, 1e-8, rows[i].why);
	}
}

/* By numerical integration of the density. */
static void test_trials(void **state)
{
	static const struct {
		size_t failures, runs;
		struct rate want;
		const char *why;
	} rows[] = {
		{0, 0, {0, 0, 1}, "nothing is known"},
		{4, 12, {1.0 / 3, 0.151126314, 0.569059741}, "a third"},
		{1, 4, {0.25, 0.046007189, 0.650707217}, "one of four"},
		{12, 50, {0.24, 0.152911005, 0.348750630}, "the example of docs/running.md"},
		{0, 30, {0, 0, 0.0615167246}, "none failed"},
		{30, 30, {1, 1 - 0.0615167246, 1}, "all failed"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct rate got = beta_trials(rows[i].failures, rows[i].runs);

		near(got.mean, rows[i].want.mean, 1e-9, rows[i].why);
		near(got.low, rows[i].want.low, 1e-6, rows[i].why);
		near(got.high, rows[i].want.high, 1e-6, rows[i].why);
	}
	near(beta_none_below(1), 0.95, 1e-12, "one run");
	near(beta_none_below(30), 0.0950338529, 1e-9, "thirty runs");
}

/* A test that is not known to be flaky has the rate of what it most likely is. */
static void test_rate_any(void **state)
{
	struct rate broken = beta_rate_any(&prior, 10, 10);
	struct rate clean = beta_rate_any(&prior, 0, 1000);
	struct rate mixed = beta_rate_any(&prior, 10, 20), flaky = rate_after(10, 20);

	(void)state;
	near(broken.mean, 0.999808299, 1e-8, "always fails");
	near(broken.low, 0.9999, 1e-6, "its interval is the noise");
	near(broken.high, 0.9999, 1e-6, "its interval is the noise");
	near(clean.mean, 0.000101351, 1e-8, "always passes");
	near(clean.high, 0.0001, 1e-8, "always passes");
	near(mixed.mean, flaky.mean, 1e-9, "only a flaky one can do this");
	near(mixed.low, flaky.low, 1e-9, "only a flaky one can do this");
}

/* Two histories that are as likely: the mean lies between, and the interval holds both. */
static void test_rate_of(void **state)
{
	static const struct rate_part parts[] = {{0.5, 10, 100}, {0.5, 10, 20}};
	struct rate both = beta_rate_of(&prior, parts, 2), one = beta_rate_of(&prior, parts, 1);
	struct rate few = rate_after(10, 20), many = rate_after(10, 100);

	(void)state;
	near(both.mean, (few.mean + many.mean) / 2, 1e-12, "the mean");
	assert_true(both.low < few.low && both.low > many.low);
	assert_true(both.high > many.high && both.high < few.high);
	near(0.5 * beta_cdf(both.low, 10.3, 95) + 0.5 * beta_cdf(both.low, 10.3, 15), 0.05, 1e-6,
	     "a twentieth lies below");
	near(one.mean, many.mean / 2, 1e-12, "weights count as they are");
}

static void test_monotonic(void **state)
{
	(void)state;
	for (size_t n = 1; n <= 300; n++) {
		assert_true(rate_after(1, n + 1).mean < rate_after(1, n).mean);
		assert_true(rate_after(1, n + 1).high < rate_after(1, n).high);
	}
	for (size_t x = 1; x <= 100; x++) {
		struct rate before = rate_after(x - 1, 100), now = rate_after(x, 100);

		assert_true(now.mean > before.mean && now.low > before.low &&
			    now.high > before.high);
		assert_true(now.low < now.mean && now.mean < now.high);
	}
	for (int i = 1; i <= 1000; i++) {
		assert_true(beta_cdf(i / 1000.0, 0.3, 5) >= beta_cdf((i - 1) / 1000.0, 0.3, 5));
	}
}

/* Counts that only a forged history has must still come back as numbers between 0 and 1. */
static void test_huge_counts(void **state)
{
	static const size_t counts[] = {0, 1, 1000, 1000000, (size_t)1 << 40, SIZE_MAX};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
		for (size_t j = 0; j < ARRAY_LEN(counts); j++) {
			struct rate rate = beta_rate_any(&prior, counts[i], counts[j]);

			assert_true(rate.mean >= 0 && rate.mean <= 1);
			assert_true(rate.low >= 0 && rate.high <= 1 && rate.low <= rate.high);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cdf),
		cmocka_unit_test(test_quantile),
		cmocka_unit_test(test_quantile_inverts_cdf),
		cmocka_unit_test(test_rate),
		cmocka_unit_test(test_trials),
		cmocka_unit_test(test_rate_any),
		cmocka_unit_test(test_rate_of),
		cmocka_unit_test(test_monotonic),
		cmocka_unit_test(test_huge_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
