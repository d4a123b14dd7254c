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
	bool *dirty;     /* as in the run's facts, which take more room */
	size_t *branch;  /* NO_INDEX: unknown */
	size_t lanes, sources, pull_requests, lines;
	size_t *order; /* the runs that are evidence: lane by lane, and in each as on the timeline */
	size_t order_len;
	size_t *by_line; /* all runs: lane by lane, in each line by line, and then as on the timeline */
	size_t *ahead,
		*behind; /* how many runs of its lane and line ran tests on content in front of it, behind it */
	const struct timeline *timeline; /* borrowed */
};

void run_numbers_make(const struct evidence *evidence, const struct timeline *timeline,
		      struct run_numbers *out);
void run_numbers_release(struct run_numbers *numbers);

#endif
