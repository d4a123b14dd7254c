/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_DAYS_JSON_H
#define STEADY_REPORT_DAYS_JSON_H

#include "report/report.h"
#include "text/json.h"

/* The days of the window and what their runs came to, of more than `most` the newest; with `gaps` also days without a
 * run. Inside the room. */
struct json *days_json(const struct report_input *input, size_t most, bool gaps);

#endif
