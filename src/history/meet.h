/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_MEET_H
#define STEADY_HISTORY_MEET_H

#include "history/history.h"
#include "history/merge_run.h"

/*
 * One run of another history meets what is here under its name: nothing, itself, a part of itself (of an
 * import), or something else. In the transaction of the caller; counts what became of it.
 */
int meet_run(struct moving *moving, int64_t run_id, struct merge_effect *effect, struct err *err);

#endif
