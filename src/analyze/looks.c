/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/looks.h"

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
