/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CLI_ROLLING_H
#define STEADY_CLI_ROLLING_H

#include "config/options.h"
#include "report/report_state.h"

/* A rolling issue: the body is written anew each time, and a comment says what is different. */

/* Reads --state before anything is written, so that no other file is written over; the caller releases *out. */
int rolling_read(const struct options *options, struct report_state *out, struct err *err);

/* Writes --comment, and --state behind it. */
int rolling_write(const struct options *options, const char *history,
		  const struct report_state *before, const struct report_input *input,
		  struct err *err);

#endif
