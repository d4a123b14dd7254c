/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_TESTS_H
#define STEADY_HISTORY_TESTS_H

#include "history/suite.h"

/* From results to the ids of their tests, adding what is new. */

struct settled_tests {
	int64_t *ids; /* owned; of each result */
	bool repeats; /* a test stands there more than once */
	bool renamed; /* some name on record was another one */
};

/*
 * The names on record become those of the results; `names_agree`: they are known to be so already.
 * The caller frees out->ids, also when it failed.
 */
int tests_settle(struct db *db, const struct result_refs *results, bool names_agree,
		 struct settled_tests *out, struct err *err);

/* The id of the test with that identity (TEST_ID_LEN digits): 0 found, 1 there is none, -1. */
int tests_find(struct db *db, const char *identity, int64_t *test_id, struct err *err);

#endif
