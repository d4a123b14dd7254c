/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_FATE_H
#define STEADY_ANALYZE_FATE_H

#include "analyze/judging.h"

/* The failing tests of a run, by what is known of them. */
struct run_failures {
	size_t flaky, other; /* by judgement */
	size_t service;      /* put down to one that went down */
};

/* Of each run; the caller frees. `judged`: of each observation the judgement that it went into; NOT_JUDGED: none. */
struct run_failures *run_failures_count(const struct evidence *evidence, const uint32_t *judged,
					const struct flake_report *report);

/*
 * Fills report->fates: what each run came to (enum run_fate). Of those that apply the first one holds:
 *
 * readiness: a service was not ready, or each failure is put down to one that went down
 * infra:     so many tests failed at once that it is an incident
 * flake:     it failed, and only through tests that are flaky; report->runs_failed_by_flakes counts these
 * product:   a test failed that is not, or it failed without any
 * infra:     it died, hung or left no results
 *
 * Inside the room.
 */
void fates_tell(const struct evidence *evidence, const struct run_failures *failures,
		struct flake_report *report);

#endif
