/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_TWIN_H
#define STEADY_HISTORY_TWIN_H

#include "history/db.h"

/*
 * Runs that bear one key, job and variant, and say different things: somebody used a run's name twice, or
 * changed it. All are kept, whatever came first: each bears its digest (segment.h) behind its key, KEY~3f2a9c01d47e.
 */
#define TWIN_DIGITS 12

/* Takes the digits off a key as the history has it; `twin` is the column beside it. */
void twin_plain_key(char *key, const char *twin);

/* The key of a run whose content has that digest; the caller frees. */
char *twin_key(const char *plain, const char *digest);

#endif
