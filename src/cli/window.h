/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CLI_WINDOW_H
#define STEADY_CLI_WINDOW_H

#include "config/options.h"
#include "history/history.h"

/* The runs that --since, --until, --job and --branch ask for; without --since all of the past. Borrows from the options. */
int window_read(const struct options *options, int64_t now_us, struct history_window *out,
		struct err *err);

#endif
