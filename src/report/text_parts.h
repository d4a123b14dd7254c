/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_TEXT_PARTS_H
#define STEADY_REPORT_TEXT_PARTS_H

#include "report/report.h"

/* The parts of the report for a terminal. Inside the room. */

/* An empty line and a title; colour: NULL none. */
void text_heading(const struct report_input *input, const char *colour, const char *title,
		  struct buf *out);

/* What changed since the time before. */
void text_delta(const struct report_input *input, struct buf *out);

/* The tests, a section for each state. */
void text_tests(const struct report_input *input, struct buf *out);

#endif
