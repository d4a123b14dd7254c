/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_TESTS_UNIT_HISTORY_DICE_H
#define STEADY_TESTS_UNIT_HISTORY_DICE_H

#include <stdint.h>

/* A generator of our own: the same seed, the same runs, on every machine. */
struct dice {
	uint64_t state;
};

static inline unsigned roll(struct dice *dice, unsigned sides)
{
	dice->state = dice->state * 6364136223846793005U + 1442695040888963407U;
	return (unsigned)(dice->state >> 33) % sides;
}

#endif
