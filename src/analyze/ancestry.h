/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_ANCESTRY_H
#define STEADY_ANALYZE_ANCESTRY_H

#include "analyze/timeline.h"

/*
 * What a position comes from. Tests that break together ask for the same, and most for the newest position of all or of
 * one branch: the last answers are kept. Inside the room.
 */
#define ANCESTRY_KEPT 8

struct ancestors {
	size_t position; /* NO_INDEX: none yet */
	bool known;      /* somebody told its parents */
	bool *marks;     /* of each position */
};

struct ancestry {
	const struct timeline *timeline; /* borrowed */
	struct ancestors kept[ANCESTRY_KEPT];
	size_t next;
};

void ancestry_make(const struct timeline *timeline, struct ancestry *out);
void ancestry_release(struct ancestry *ancestry);

/* Lasts until the next question. */
const struct ancestors *ancestry_of(struct ancestry *ancestry, size_t position);

#endif
