/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_TEST_INDEX_H
#define STEADY_HISTORY_TEST_INDEX_H

#include "base/hash.h"
#include "history/db.h"

/*
 * From a test's identity to its id. SQLite's own index costs a descent for each test; here a row
 * holds a stretch of hashes, so that a sorted batch touches each row once.
 */
struct test_key {
	struct hash_value hash;
	int64_t id; /* 0 unknown */
	size_t at;  /* the caller's */
};

/* By hash, then by `at`. */
void test_index_sort(struct test_key *keys, size_t len);

/* Fills in the ids that are on record. Keys sorted. */
int test_index_find(struct db *db, struct test_key *keys, size_t len, struct err *err);

/* Adds keys that are not on record. Keys sorted, ids filled in. */
int test_index_add(struct db *db, const struct test_key *keys, size_t len, struct err *err);

/* Forgets keys. Sorted. */
int test_index_remove(struct db *db, const struct test_key *keys, size_t len, struct err *err);

#endif
