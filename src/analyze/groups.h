/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_GROUPS_H
#define STEADY_ANALYZE_GROUPS_H

#include "analyze/flakes.h"
#include "model/evidence.h"

/*
 * The evidence, cut into what is judged together: the observations of one test in one job and
 * variant, in time order, without skips and without runs that are no evidence. Inside the room.
 */
#define NO_INDEX SIZE_MAX

/* Numbers for the names in runs, so that comparing is cheap: one entry a run. */
struct run_numbers {
	size_t *lane;         /* job and variant */
	size_t *source;       /* NO_INDEX: content unknown or dirty */
	size_t *pull_request; /* NO_INDEX: none */
	size_t lanes, sources, pull_requests;
};

struct group {
	size_t first, count; /* a piece of groups.order */
};

struct groups {
	size_t *order; /* indices into evidence->observations */
	VEC(struct group)
};

void run_numbers_make(const struct evidence *evidence, struct run_numbers *out);
void run_numbers_release(struct run_numbers *numbers);

/* Without the failures of those runs. */
void groups_make(const struct evidence *evidence, const struct run_numbers *numbers,
		 const struct mass_list *mass, struct groups *out);
void groups_release(struct groups *groups);

/* The first try failed, whatever came after. */
bool observation_is_bad(const struct observation *observation);

/* It failed at first and a retry passed, by steady's hand or inside the file. */
bool observation_is_flaky(const struct observation *observation);

/* Its run is evidence, and it was not skipped. */
bool observation_is_evidence(const struct evidence *evidence,
			     const struct observation *observation);

#endif
