/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/looks.h"

bool observation_is_bad(const struct observation *observation)
{
	return outcome_is_bad(observation->first) || observation_is_flaky(observation);
}

bool observation_is_flaky(const struct observation *observation)
{
	return observation->passed_retry || observation->failed_then_passed;
}

bool observation_is_evidence(const struct evidence *evidence, const struct observation *observation)
{
	return run_is_evidence(evidence->runs.items[observation->run].outcome) &&
	       (observation->first != OUTCOME_SKIPPED || observation_is_flaky(observation));
}

bool observation_counts(const struct evidence *evidence, const bool *left_out,
			const struct observation *observation)
{
	return !observation->service_down && observation_is_evidence(evidence, observation) &&
	       !(left_out[observation->run] && observation_is_bad(observation));
}

bool looks_any_failure(const struct evidence *evidence, const bool *left_out, size_t test,
		       size_t at, size_t *end)
{
	const struct observation *all = evidence->observations.items;
	bool any = false;

	while (at < evidence->observations.len && all[at].test == test) {
		any = any || (observation_is_bad(&all[at]) &&
			      observation_counts(evidence, left_out, &all[at]));
		at++;
	}
	*end = at;
	return any;
}
