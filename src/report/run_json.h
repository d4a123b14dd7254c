/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_RUN_JSON_H
#define STEADY_REPORT_RUN_JSON_H

#include "report/summary.h"
#include "text/json.h"

/* What both JSON forms of a run say, that of `steady run` and that of `steady explain`. Inside the
 * room. */

/* null for what is unknown, which is negative. */
struct json *run_json_seconds(int64_t us);

/* Which run it was, and how it ended. */
void run_json_head(struct json *out, const struct run *run);

/* A list with one object for each test that failed in the first attempt. alike: of each, in how many
 * other runs its signature was seen; NULL: nobody asked. */
struct json *run_json_failures(const struct summary_input *input, const size_t *alike);

/* "failure": the line of it that tells most. */
void run_json_failure(struct json *out, const struct failure *failure);

#endif
