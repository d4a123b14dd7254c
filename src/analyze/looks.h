/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_LOOKS_H
#define STEADY_ANALYZE_LOOKS_H

#include "model/evidence.h"

#include <stdbool.h>

/* What an observation says. Inside the room. */

/* Whether one of the observations of that test, which begin at `at`, is a failure that counts; *end is set
 * behind them. */
bool looks_any_failure(const struct evidence *evidence, const bool *left_out, size_t test,
		       size_t at, size_t *end);

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
