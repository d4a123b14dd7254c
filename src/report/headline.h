/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_HEADLINE_H
#define STEADY_REPORT_HEADLINE_H

#include "report/summary.h"

/*
 * The first line of a run's summary: how it ended, the cause where one explains most of it, counts
 * of the first attempt, attempts, time and exit code. Escaped for a terminal. Inside the room.
 */
void headline(const struct summary_input *input, struct buf *out);

/* Its parts: "FAILED", and all that follows. */
void headline_word(const struct summary_input *input, struct buf *out);
void headline_rest(const struct summary_input *input, struct buf *out);

#endif
