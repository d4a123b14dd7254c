/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_TEST_PAGE_H
#define STEADY_HISTORY_TEST_PAGE_H

#include "history/db.h"
#include "model/test.h"

/* What is known of tests by their ids, a page of them at a time. */

struct known_test {
	struct test_name name; /* as a run had it; its texts are borrowed */
	const char *identity;  /* where it is not that of the name: what is new in every run is no
			       * part of it; else NULL. Borrowed */
};

struct known_tests {
	VEC(struct known_test)
};

/* The test's identity: TEST_ID_LEN digits. */
void known_test_id(const struct known_test *test, char out[TEST_ID_LEN + 1]);

/* One page as it was read; the tests borrow from `content` what was not put there since. */
struct test_page {
	int64_t first_id;
	struct known_tests tests; /* the i-th is test first_id + i */
	struct buf content;
	bool changed;
};

void test_page_release(struct test_page *page);

/* The page that holds the test: 0 read, 1 there is none, -1. Costs nothing when it is *page already. */
int test_page_find(struct db *db, int64_t test_id, struct test_page *page, struct err *err);

/* The first page behind the test of that id; 0, 1, -1 as above. */
int test_page_next(struct db *db, int64_t after, struct test_page *page, struct err *err);

/* Writes the page when it was changed. */
int test_page_flush(struct db *db, struct test_page *page, struct err *err);

/* Writes pages of these tests, whose ids are consecutive from first_id on. */
int test_pages_write(struct db *db, int64_t first_id, const struct known_test *tests, size_t len,
		     struct err *err);

/* Adds tests behind the last one; the first gets *first_id. */
int test_pages_append(struct db *db, const struct known_tests *tests, int64_t *first_id,
		      struct err *err);

#endif
