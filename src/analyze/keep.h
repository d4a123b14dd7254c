/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_KEEP_H
#define STEADY_ANALYZE_KEEP_H

#include "analyze/flakes.h"

typedef bool keep_fn(const struct test_judgement *test, const void *payload);

/*
 * Leaves only those tests in the lists of the report that somebody asked for: after the judging, which needs all of them. What
 * is told of all flaky tests together (minutes, red runs) is told of those that stay; groups count as before. The others stand
 * behind them in tests[], for the ledger of the quarantine. `left_out` takes how many of each state went.
 */
void flake_report_keep(struct flake_report *report, const struct evidence *evidence, keep_fn *keep,
		       const void *payload, size_t left_out[STATE_COUNT]);

/* The same for that one of evidence->tests; nothing stands behind it. */
void flake_report_only(struct flake_report *report, const struct evidence *evidence, size_t test);

#endif
