/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_HANG_H
#define STEADY_REPORT_HANG_H

#include "base/strv.h"
#include "model/run.h"
#include "text/json.h"

/* Adds what the autopsies of a run found, most telling first, a line each: "hung: sleep (pid 7)
 * sleeps for 1h 00m". Not yet escaped. */
void hang_lines(const struct run *run, struct strv *out);

/* The autopsy of an attempt, or null. */
struct json *hang_object(const struct attempt *attempt);

#endif
