/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/clean.h"

#include <math.h>

#define MENDED  0.2 /* right after its last failure */
#define DECIDED 0.05

/* Nobody waits for more. */
#define RUNS_MOST 1000000.0

static double still_flaky(const struct prior *prior, const struct rate_part *parts, size_t count,
			  size_t known, double clean)
{
	double passes = 0;

	for (size_t i = 0; i < count; i++) {
		double a = prior->a + parts[i].failures;
		double b = prior->b + fmax(parts[i].runs - parts[i].failures - (double)known, 0);

		passes += parts[i].weight * exp(beta_likelihood(0, clean, a, b, beta_log(a, b)));
	}
	return passes * (1 - MENDED) / (passes * (1 - MENDED) + MENDED);
}

void clean_judge(const struct prior *prior, const struct rate_part *parts, size_t count,
		 size_t clean, struct clean *out)
{
	double low = (double)clean, high = (double)clean + 1;

	*out = (struct clean){
		.runs = clean,
		.still_flaky = still_flaky(prior, parts, count, clean, low),
	};
	if (out->still_flaky < DECIDED) {
		return;
	}
	while (high < RUNS_MOST && still_flaky(prior, parts, count, clean, high) >= DECIDED) {
		high = low + (high - low) * 2;
	}
	while (high - low > 1) {
		double middle = floor(low + (high - low) / 2);

		if (still_flaky(prior, parts, count, clean, middle) >= DECIDED) {
			low = middle;
		} else {
			high = middle;
		}
	}
	out->needed = (size_t)high - clean;
}

size_t clean_until_next(const struct prior *prior, size_t failures, size_t runs)
{
	double rate = (prior->a + (double)failures) / (prior->a + prior->b + (double)runs);

	return (size_t)ceil(fmin(log(DECIDED) / log1p(-rate), RUNS_MOST));
}
