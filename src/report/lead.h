/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_LEAD_H
#define STEADY_REPORT_LEAD_H

#include "report/report.h"

/* How a report begins. Plain text that still has to be escaped. Inside the room. */

/* One clause of tests and runs, and what is left of the budget: "5 flaky and 1 broken test in 210 runs of 3 jobs;
 * budget of main: 62 % left, burning 1.4x". Without a full stop. */
void lead_verdict(struct buf *out, const struct report_input *input);

/* What goes with it, a line each: what the flakes cost, and troubles that are no test's. */
void lead_lines(const struct report_input *input, struct strv *out);

#endif
