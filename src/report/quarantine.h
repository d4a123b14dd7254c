/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_QUARANTINE_H
#define STEADY_REPORT_QUARANTINE_H

#include "model/quarantine.h"
#include "report/report.h"
#include "text/json.h"

/* The quarantine ledger in its forms: a section of the report, and what `steady quarantine` prints. */

struct quarantine_view {
	const struct quarantine_standing_list *rows;
	int64_t now_us;
	size_t width; /* of the terminal; 0 unknown */
	bool colour;
};

/* Each row by some lines. */
void quarantine_rows_text(const struct quarantine_view *view, struct buf *out);

/* What somebody has to do about a row, plain text; nothing when it is fine. */
void quarantine_todo(struct buf *out, const struct quarantine_standing *standing);

/* "3 of 12 runs"; of a row with several tests, which may fail in one run, "15 times in 12 runs". */
void quarantine_failures(struct buf *out, const struct quarantine_standing *standing);

/* An array with an object for each row, as in schema steady.report/1. */
struct json *quarantine_rows_json(const struct quarantine_view *view);

/* The same of rows of which nobody asked how they do. */
struct json *quarantine_plain_rows_json(const struct quarantine_list *rows);

/* The section of a report; nothing where there is no ledger. The Markdown one ends before `end` bytes. */
void quarantine_text(const struct report_input *input, struct buf *out);
void quarantine_markdown(const struct report_input *input, size_t end, struct buf *out);
struct json *quarantine_json(const struct report_input *input);

#endif
