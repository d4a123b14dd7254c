/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_CIRCUMSTANCES_H
#define STEADY_HISTORY_CIRCUMSTANCES_H

#include "history/db.h"
#include "model/run.h"

/* Records what went on around an attempt: how much machine it had, why it hung, what it left
 * running. */
int circumstances_write(struct db *db, int64_t attempt_id, const struct attempt *attempt,
			struct err *err);

#endif
