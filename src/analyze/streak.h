/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_STREAK_H
#define STEADY_ANALYZE_STREAK_H

#include "analyze/judge.h"

/* Fills the streak of the judgement of the lane at hand: whether it fails by now, and since when. Inside the room. */
void streak_find(struct judge *judge, struct test_judgement *out);

#endif
