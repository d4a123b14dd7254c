/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_GROUPS_H
#define STEADY_ANALYZE_GROUPS_H

#include "analyze/flakes.h"
#include "analyze/judging.h"
#include "analyze/looks.h"

/*
 * Flaky tests of one lane that fail together: fills report->groups and `group` of the judgements. Two tests
 * belong together when they failed together in two runs at least, and in half of the runs in which either
 * failed (Jaccard's index of the sets of runs: Parry et al. 2025 cut their clusters by it); groups are what is
 * connected so. `judged` as of costs_charge(). Inside the room.
 */
void groups_find(const struct evidence *evidence, const uint32_t *judged,
		 struct flake_report *report);

#endif
