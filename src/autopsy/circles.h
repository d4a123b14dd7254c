/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_AUTOPSY_CIRCLES_H
#define STEADY_AUTOPSY_CIRCLES_H

#include "autopsy/waits.h"

/* Threads that wait for one another in a circle. */
struct circle {
	VEC(size_t) /* thread indices, each waits for the next, the last for the first */
};

struct circles {
	VEC(struct circle)
};

/*
 * Finds every circle of `on` among threads that stood still. Such a circle is a proof: each member
 * can go on only when the next one does. Pure.
 */
void circles_find(const struct facts *facts, const struct waits *waits, struct circles *out);
void circles_release(struct circles *circles);

#endif
