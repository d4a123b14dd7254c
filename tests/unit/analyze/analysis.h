/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_TESTS_UNIT_ANALYZE_ANALYSIS_H
#define STEADY_TESTS_UNIT_ANALYZE_ANALYSIS_H

#include "check.h"

#include "analyze/flakes.h"
#include "analyze/history.h"

#include <stdlib.h>

/* A small history (history.h) and what is made of it. */
struct analysis {
	struct evidence evidence;
	struct flake_report report;
};

static inline void analysis_release(struct analysis *analysis)
{
	flake_report_release(&analysis->report);
	evidence_release(&analysis->evidence);
}

static inline struct analysis analyse(const char *history)
{
	struct analysis analysis = {0};

	history_make(&analysis.evidence, history);
	analyze_flakes(&analysis.evidence, NULL, &analysis.report);
	return analysis;
}

/* After the evidence was changed. */
static inline void analyse_again(struct analysis *analysis)
{
	flake_report_release(&analysis->report);
	analyze_flakes(&analysis->evidence, NULL, &analysis->report);
}

/* The judgement of test number `test` in that job. */
static inline const struct test_judgement *judged(const struct analysis *analysis, size_t test,
						  const char *job)
{
	VEC_EACH (const struct test_judgement, row, &analysis->report.tests) {
		if (row->test == test && strcmp(row->job, job) == 0) {
			return row;
		}
	}
	fail_msg("test %zu is not judged in %s", test, job);
	abort(); /* for the compiler: fail_msg does not return */
}

#endif
