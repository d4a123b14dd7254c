/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_FIRST_STEP_H
#define STEADY_REPORT_FIRST_STEP_H

#include "report/report.h"

/*
 * What to do first, in sentences with full stops that still have to be escaped: about whatever made most runs red, of the test that is
 * broken longest, the service that was late most often and the flaky test that failed most runs. Nothing where
 * nothing is wrong. Inside the room.
 */
void first_step(struct buf *out, const struct report_input *input);

/* The test to be looked at next: the one that this is about, else the first flaky or broken one; NULL none. */
const struct test_facts *next_test(const struct report_input *input);

#endif
