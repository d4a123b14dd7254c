/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_SUITE_H
#define STEADY_HISTORY_SUITE_H

#include "history/db.h"
#include "model/result.h"

/* Lists of tests: what attempts of one project have in common, stored once. */

struct result_refs {
	VEC(const struct result *) /* borrowed */
};

/* The list that some results follow. */
struct suite {
	int64_t id;
	size_t len;
	int64_t *test_ids; /* owned; of each result */
	size_t *places; /* owned; of each result in the list; NULL: in the order of the results */
	bool repeats;   /* a test stands in it more than once */
};

void suite_release(struct suite *suite);

struct suite_request {
	const struct result_refs *results;
	int64_t day; /* of their run (test_days.h) */
};

/*
 * Finds or adds the list, and the tests in it. On record they bear the names that results of the newest
 * day give them, whatever the order in which runs are recorded. The work is in lists that are new, or
 * new on that day: for others no test is looked up. The caller releases.
 */
int suite_settle(struct db *db, const struct suite_request *request, struct suite *out,
		 struct err *err);

/* Lists as they are read back; the last few are kept. */
struct suite_ids {
	int64_t id;
	int64_t *items; /* the test ids */
	size_t len;
};

#define SUITE_SLOTS 16

struct suite_cache {
	struct db *db;
	struct suite_ids slots[SUITE_SLOTS];
};

void suite_cache_release(struct suite_cache *cache);

/* *out is borrowed until the next call. ERR_HISTORY when there is no such list, or it is damaged. */
int suite_cache_get(struct suite_cache *cache, int64_t id, const struct suite_ids **out,
		    struct err *err);

#endif
