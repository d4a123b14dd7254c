/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_TEXT_TESTS_H
#define STEADY_REPORT_TEXT_TESTS_H

#include "report/report.h"

/* The tests of the report for a terminal, a section for each state. Inside the room. */
void text_tests(const struct report_input *input, struct buf *out);

#endif
