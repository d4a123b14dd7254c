/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_NUMBERS_H
#define STEADY_ANALYZE_NUMBERS_H

#include "analyze/timeline.h"

/* Numbers for the names in runs, so that comparing is cheap: one entry a run. Inside the room. */
struct run_numbers {
	size_t *lane;         /* job and variant */
	size_t *source;       /* NO_INDEX: content unknown or dirty */
	size_t *pull_request; /* NO_INDEX: none */
	size_t *line;    /* of development: its pull request, else its branch, else one for all */
	bool *on_branch; /* the line is a branch */
	size_t lanes, sources, pull_requests;
	const struct timeline *timeline; /* borrowed */
};

void run_numbers_make(const struct evidence *evidence, const struct timeline *timeline,
		      struct run_numbers *out);
void run_numbers_release(struct run_numbers *numbers);

#endif
