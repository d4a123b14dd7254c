/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/ground.h"

#include "analyze/change_points.h"
#include "analyze/presence.h"

#include <stdlib.h>

void ground_make(const struct evidence *evidence, const struct run_numbers *numbers,
		 const bool *left_out, const struct prior *prior, struct ground *out)
{
	*out = (struct ground){
		.evidence = evidence,
		.numbers = numbers,
		.left_out = left_out,
		.prior = prior,
		.presence = presence_kinds(evidence),
	};
	kinds_make(prior, &out->kinds);
	change_points_table(evidence->runs.len, &out->changes);
	beta_table_make(prior->a, prior->b, evidence->runs.len, &out->onsets);
}

void ground_release(struct ground *ground)
{
	free(ground->presence);
	beta_table_release(&ground->changes);
	beta_table_release(&ground->onsets);
	*ground = (struct ground){0};
}
