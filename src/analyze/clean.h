/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_CLEAN_H
#define STEADY_ANALYZE_CLEAN_H

#include "analyze/beta.h"

#include <stddef.h>

/*
 * What runs without a failure say about a flaky test. Pure.
 *
 * Somebody mended it right after its last failure with a chance of one in five, or it is as it was and only
 * happens to pass: then k runs pass with B(a+x, b+n-x) / B(a+x, b+n-x-k), where x failures in n runs are
 * known, those k among them; the counts depend on when it began (onset.h). The smaller that is, the surer it was mended.
 */
struct clean {
	size_t runs;        /* since the last failure */
	double still_flaky; /* the probability */
	size_t needed;      /* further ones until that is less than 5 %; 0: it is */
};

void clean_judge(const struct prior *prior, const struct rate_part *parts, size_t count,
		 size_t clean, struct clean *out);

/* In so many runs more such a test fails again with 95 %, should it be flaky: only then more is known. */
size_t clean_until_next(const struct prior *prior, size_t failures, size_t runs);

#endif
