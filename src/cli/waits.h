/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CLI_WAITS_H
#define STEADY_CLI_WAITS_H

#include "base/strv.h"
#include "ready/wait.h"

/* What `run` and `wait` share: targets from words, and waiting with a line per target. */

int waits_parse(const struct strv *words, struct target_list *out, struct err *err);
bool waits_run(const struct target_list *targets, int64_t limit_us, struct wait_list *out);

#endif
