/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_STANDING_H
#define STEADY_HISTORY_STANDING_H

#include "history/db.h"
#include "model/run.h"

/*
 * What an imported run comes to over all its attempts. A test stands as the last attempt that ran it
 * left it; a skip is no running.
 */
int standing_outcome(struct db *db, int64_t run_id, enum run_outcome *out, struct err *err);

#endif
