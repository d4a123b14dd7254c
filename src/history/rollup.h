/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_ROLLUP_H
#define STEADY_HISTORY_ROLLUP_H

#include "history/db.h"

/*
 * Writes what the attempts of that run come to, test by test, so that a report need not read them;
 * inside the transaction that changed the run.
 */
int rollup_make(struct db *db, int64_t run_id, struct err *err);

#endif
