/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_MERGE_RUN_H
#define STEADY_HISTORY_MERGE_RUN_H

#include "history/moving.h"

/* Copies one run, row by row and blob by blob, inside the caller's transaction: what it is called there, and
 * how many results it has. */
int merge_run(struct moving *moving, int64_t run_id, int64_t *to, int64_t *results,
	      struct err *err);

#endif
