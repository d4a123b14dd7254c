/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_COSTS_H
#define STEADY_ANALYZE_COSTS_H

#include "analyze/flakes.h"
#include "analyze/groups.h"

/*
 * What the flaky tests cost: fills minutes_lost of every judgement (one a group, in the groups'
 * order) and the report's sums. Inside the room.
 *
 * A run costs the wall time of its retries or, when it stayed red only through flaky tests, all of
 * its time (the sum of its tests' times where nobody measured it). The flaky tests that failed in
 * it share that equally.
 */
void costs_charge(const struct evidence *evidence, const struct groups *groups,
		  struct flake_report *report);

#endif
