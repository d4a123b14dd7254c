/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_TEST_DAYS_H
#define STEADY_HISTORY_TEST_DAYS_H

#include "history/db.h"

/*
 * On which day each test was last seen under the name on record (schema_6.sql). By that, two machines
 * that get the same runs in another order end with the same names.
 */

#define DAYS_PART 256 /* tests */

struct test_days {
	int64_t part; /* those at hand; -1 none */
	int64_t days[DAYS_PART];
	bool changed;
};

#define TEST_DAYS_INIT \
	{ \
		.part = -1 \
	}

/* The day in which a run started; 0 unknown. */
int64_t day_of(int64_t started_us);

/* The day of that test, to read and to raise by test_days_raise(). Writes what was changed of another part. */
int test_days_get(struct db *db, struct test_days *days, int64_t test_id, int64_t *day,
		  struct err *err);

/* Of the test that was asked for last. */
void test_days_raise(struct test_days *days, int64_t test_id, int64_t day);

int test_days_flush(struct db *db, struct test_days *days, struct err *err);

#endif
