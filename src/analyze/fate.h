/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_FATE_H
#define STEADY_ANALYZE_FATE_H

#include "analyze/judging.h"

/*
 * Fills report->fates: what each run came to (enum run_fate). Of those that apply the first one holds:
 *
 * readiness: a service was not ready, or each failure is put down to one that went down
 * infra:     so many tests failed at once that it is an incident
 * flake:     it failed, and only through tests that are flaky; these are report->runs_failed_by_flakes
 * product:   a test failed that is not, or it failed without any
 * infra:     it died, hung or left no results
 *
 * `judged`: of each observation the judgement that it went into; NOT_JUDGED: none. Inside the room.
 */
void fates_tell(const struct evidence *evidence, const uint32_t *judged,
		struct flake_report *report);

#endif
