/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_RUN_MARKDOWN_H
#define STEADY_REPORT_RUN_MARKDOWN_H

#include "report/summary.h"

/* GitHub drops a summary of more than 1 MiB as a whole. */
#define RUN_MARKDOWN_MAX ((size_t)900 * 1024)

/*
 * A run as Markdown, for the page of a CI's job: how it ended, a table of the tests that failed, what stays
 * failed first, and folded in what the log says. Appends at most RUN_MARKDOWN_MAX bytes.
 */
void run_markdown(const struct summary_input *input, struct buf *out);

/* The same as one item of a list: "- ✅ PASSED · unit (os=linux): 60 tests: 60 passed · 1 attempt · `8121`" */
void run_markdown_line(const struct summary_input *input, struct buf *out);

#endif
