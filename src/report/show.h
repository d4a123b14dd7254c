/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_SHOW_H
#define STEADY_REPORT_SHOW_H

#include "report/report.h"

/* One test (input->test): its verdict and its failures, job by job; flakes->tests tells of no other. In the forms of the
 * report: pure, from model data to text. */
report_fn show_text, show_markdown, show_json, show_html;

/* The writer of that format ("text", "markdown", "json", "html"), or NULL. */
report_fn *show_find(const char *format);

#endif
