/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_TESTS_H
#define STEADY_HISTORY_TESTS_H

#include "history/suite.h"

/* From results to the ids of their tests, adding what is new. */

struct settled_tests {
	int64_t *ids; /* owned; of each result */
	bool repeats; /* a test stands there more than once */
	bool vary;    /* some names are no identities: they are new in every run */
};

#define TESTS_NAMED (-1)

/*
 * The names on record become those of the results, unless they are of a newer day (test_days.h). Day
 * TESTS_NAMED: they are known to be settled already; out->vary then says nothing. The caller frees
 * out->ids, also when it failed.
 */
int tests_settle(struct db *db, const struct result_refs *results, int64_t day,
		 struct settled_tests *out, struct err *err);

/* The id of the test with that identity (TEST_ID_LEN digits): 0 found, 1 there is none, -1. */
int tests_find(struct db *db, const char *identity, int64_t *test_id, struct err *err);

#endif
