/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_COSTS_H
#define STEADY_ANALYZE_COSTS_H

#include "analyze/fate.h"
#include "analyze/looks.h"

/*
 * What the flaky tests cost: fills minutes_lost, recent and false_reds of every judgement and the report's
 * sum, when the fates are told. Inside the room.
 *
 * A run costs the wall time of its retries or, when it stayed red only through flaky tests, all of
 * its time (the sum of its tests' times where nobody measured it). The flaky tests that failed in
 * it share that equally. For `recent` a minute counts half for every two weeks that it lies behind the
 * newest run: last week's losses tell next week's better than a long history does.
 */
void costs_charge(const struct evidence *evidence, const uint32_t *judged,
		  const struct run_failures *failures, struct flake_report *report);

#endif
