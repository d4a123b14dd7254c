/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_RUN_JSON_H
#define STEADY_REPORT_RUN_JSON_H

#include "report/summary.h"
#include "text/json.h"

/* What JSON says of a run and its failures, whoever asks. Inside the
 * room. */

/* null for what is unknown, which is negative. */
struct json *run_json_seconds(int64_t us);

/* Which run it was, and how it ended. */
void run_json_head(struct json *out, const struct run *run);

/* A list with one object for each test that failed in the first attempt. */
struct json *run_json_failures(const struct summary_input *input);

/* "failure": the line of it that tells most. */
void run_json_failure(struct json *out, const struct failure *failure);

#endif
