/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_MARKDOWN_PARTS_H
#define STEADY_REPORT_MARKDOWN_PARTS_H

#include "report/report.h"

/* Parts of the report for GitHub. Inside the room. */

/* What changed since the time before, up to `end` bytes. */
void markdown_delta(const struct report_input *input, size_t end, struct buf *out);

#endif
