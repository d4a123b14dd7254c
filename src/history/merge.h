/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_MERGE_H
#define STEADY_HISTORY_MERGE_H

#include "history/history.h"

/*
 * As history_merge(), for few runs from anywhere: those that bear a known name are compared result by result.
 * Of a whole history that takes too long; there the facts of the run, sums over its results and the digests
 * of its files have to do.
 */
int merge_exactly(struct history *into, struct history *from, struct merge_effect *effect,
		  struct err *err);

void merge_effect_add(struct merge_effect *sum, const struct merge_effect *more);

#endif
