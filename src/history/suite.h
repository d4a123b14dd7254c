/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_SUITE_H
#define STEADY_HISTORY_SUITE_H

#include "base/hash.h"
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

/* What a list is known by: its tests and their names, without and with their order. */
struct suite_print {
	char digest[HASH_HEX_MAX + 1];
	char ordering[HASH_HEX_MAX + 1];
};

void suite_print_take(const struct result_refs *results, struct suite_print *out);

/* What is on record of a list. */
struct suite_known {
	int64_t id; /* 0: nothing */
	int64_t day;
	bool varies;
	bool in_order; /* it is that of the print */
	bool repeats;
};

int suite_find(struct db *db, const struct suite_print *print, struct suite_known *out,
	       struct err *err);

/* A list as its row has it; borrows the ids. */
struct suite_row {
	struct suite_print print;
	int64_t day;
	bool varies, repeats;
	const int64_t *test_ids;
	size_t len;
};

int suite_add(struct db *db, const struct suite_row *row, int64_t *id, struct err *err);
int suite_raise_day(struct db *db, int64_t suite_id, int64_t day, bool varies, struct err *err);

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

/* Fills in the places of a suite whose tests are those of the list, in another order; false when they
 * are others. */
bool suite_places(const struct suite_ids *list, struct suite *suite);

#endif
