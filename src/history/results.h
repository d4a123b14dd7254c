/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_RESULTS_H
#define STEADY_HISTORY_RESULTS_H

#include "base/strv.h"
#include "history/suite.h"

/*
 * Writes results of one attempt inside the transaction of the caller: passes and skips into blocks,
 * the rest into rows. With `conflicts`, tests of which the attempt says something else already, or
 * of which the results contradict each other, are named there once each.
 */
int results_write(struct db *db, int64_t attempt_id, const struct result_refs *results,
		  struct strv *conflicts, struct err *err);

#endif
