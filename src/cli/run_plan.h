/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CLI_RUN_PLAN_H
#define STEADY_CLI_RUN_PLAN_H

#include "cli/command.h"
#include "run/runner.h"

/* What the options of `steady run` ask for. The plan borrows from the invocation and from *words,
 * which hold the user's template for retries. ERR_USAGE. */
int run_plan_read(const struct invocation *invocation, struct run_plan *plan, struct strv *words,
		  struct err *err);

/* Is the command to be run many times? */
bool run_plan_is_many(const struct options *options);

#endif
