/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_LOOKS_H
#define STEADY_ANALYZE_LOOKS_H

#include "model/evidence.h"

#include <stdbool.h>

/* What an observation says. Inside the room; inline, because a long history has a million of them. */

/* It failed at first and a retry passed, by steady's hand or inside the file. */
static inline bool observation_is_flaky(const struct observation *observation)
{
	return observation->passed_retry || observation->failed_then_passed;
}

/* The first try failed, whatever came after. */
static inline bool observation_is_bad(const struct observation *observation)
{
	return outcome_is_bad(observation->first) || observation_is_flaky(observation);
}

/* Its run is evidence, and it was not skipped. */
static inline bool observation_is_evidence(const struct evidence *evidence,
					   const struct observation *observation)
{
	return run_is_evidence(evidence->runs.items[observation->run].outcome) &&
	       (observation->first != OUTCOME_SKIPPED || observation_is_flaky(observation));
}

/* The same, and it says something of the test: neither a service nor many failures at once explain it. */
static inline bool observation_counts(const struct evidence *evidence, const bool *left_out,
				      const struct observation *observation)
{
	return !observation->service_down && observation_is_evidence(evidence, observation) &&
	       !(left_out[observation->run] && observation_is_bad(observation));
}

/* Whether one of the observations of that test, which begin at `at`, is a failure that counts; *end is set
 * behind them. */
bool looks_any_failure(const struct evidence *evidence, const bool *left_out, size_t test,
		       size_t at, size_t *end);

#endif
