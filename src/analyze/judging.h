/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_JUDGING_H
#define STEADY_ANALYZE_JUDGING_H

#include "analyze/flakes.h"
#include "analyze/ground.h"

#include <stdint.h>

/*
 * All tests judged, each by itself (judge.h): by as many threads as are allowed (base/share.h) where there is much to
 * judge. What comes of it does not depend on how many they are. Inside the room.
 */
#define NOT_JUDGED UINT32_MAX

/* Of observations: a thread is worth starting for so many. */
#define WORK_LEAST ((size_t)20000)

/* Fills report->tests in the order of the evidence's tests, with those that have a failure that counts; of those that were asked
 * for all; with ground->only none but those. `kinds` and `left_out` of the report are known. Returns of each observation the judgement that it
 * went into; NOT_JUDGED: none. The caller frees it. */
uint32_t *judging_do(const struct ground *ground, struct flake_report *report);

#endif
