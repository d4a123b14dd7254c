/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_JUNIT_FILE_H
#define STEADY_REPORT_JUNIT_FILE_H

#include "base/buf.h"
#include "model/run.h"

/* A run as JUnit XML for other tools; both append one document. */

/*
 * One case a test, as the run judged it: a test that passed on a verified retry is a pass with its
 * failures beside it (<flakyFailure>), one that stays failed has those of its retries
 * (<rerunFailure>), and a retry that did not see it is told as <rerunError>. What went wrong beside
 * the tests is a case of its own, "steady: run": a run that is not green never looks so.
 */
void junit_verdict(const struct run *run, struct buf *out);

/* Every result of every attempt, the attempts one after the other, each in suites of its own with
 * its number as property "attempt"; and that case for what no test shows. */
void junit_attempts(const struct run *run, struct buf *out);

#endif
