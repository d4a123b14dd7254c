/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_TESTS_H
#define STEADY_HISTORY_TESTS_H

#include "history/suite.h"

/* From tests, as results name them, to their ids, adding what is new. */

struct test_claim {
	const struct test_name *name; /* borrowed, and so the identity */
	const char *identity;         /* TEST_ID_LEN digits */
	int64_t day;                  /* on which it bore the name (test_days.h) */
};

struct test_claims {
	VEC(struct test_claim)
};

struct settled_tests {
	int64_t *ids; /* owned; of each claim */
	bool repeats; /* a test stands there more than once */
	bool vary;    /* some names are no identities: they are new in every run */
};

/*
 * The names on record become those of the claims, unless they are of a newer day. `named`: they are
 * known to be settled already; out->vary then says nothing. The caller frees out->ids, also when it
 * failed.
 */
int tests_settle(struct db *db, const struct test_claims *claims, bool named,
		 struct settled_tests *out, struct err *err);

/* The id of the test with that identity (TEST_ID_LEN digits): 0 found, 1 there is none, -1. */
int tests_find(struct db *db, const char *identity, int64_t *test_id, struct err *err);

#endif
