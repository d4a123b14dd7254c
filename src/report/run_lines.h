/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_RUN_LINES_H
#define STEADY_REPORT_RUN_LINES_H

#include "report/summary.h"

/* Lines that the summary of a run and its explanation have in common. Inside the room. */

/* What a line calls a test that failed. */
enum run_mark { MARK_FAILED, MARK_FLAKY, MARK_SERVICE, MARK_QUARANTINED };

/* The word in front, the name, and ": " for what happened to it. */
void run_line_result(const struct summary_input *input, const struct result *result,
		     enum run_mark mark, struct buf *out);

/* The same for one that failed in the first attempt. */
void run_line_failed(const struct summary_input *input, const struct failed_test *test,
		     struct buf *out);

/* What the history says of that failure, where it was asked. */
void run_line_ruling(const struct summary_input *input, const struct failed_test *test,
		     struct buf *out);

/* What several failures have in common, at most so many. */
void run_lines_causes(const struct summary_input *input, size_t most, struct buf *out);

/* The waits that did not end well, at most so many. */
void run_lines_waits(const struct summary_input *input, size_t most, struct buf *out);

/* Services that the run had started and that ended by themselves, or did not get ready: how, and the
 * end of what they said. */
void run_lines_services(const struct summary_input *input, struct buf *out);

/* "… and 3 more", where there are. */
void run_line_more(const struct summary_input *input, size_t count, size_t most, struct buf *out);

#endif
