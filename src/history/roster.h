/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_ROSTER_H
#define STEADY_HISTORY_ROSTER_H

#include "history/db.h"

/* The tests of a run and which of them it skipped: most runs share one with those before. */

struct roster_test {
	int64_t id;
	bool skipped;
};

struct roster {
	VEC(struct roster_test)
};

void roster_release(struct roster *roster);

/* Each test once, in the order of ids; one that was skipped and ran has run. */
void roster_sort(struct roster *roster);

/* Adds tests that it has not; both are sorted. */
void roster_merge(struct roster *roster, const struct roster *more);

/* Finds or adds the row. */
int roster_store(struct db *db, const struct roster *roster, int64_t *id, struct err *err);

/* Replaces what *out holds. ERR_HISTORY when there is none, or it is damaged. */
int roster_load(struct db *db, int64_t id, struct roster *out, struct err *err);

#endif
