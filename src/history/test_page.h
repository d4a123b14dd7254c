/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_TEST_PAGE_H
#define STEADY_HISTORY_TEST_PAGE_H

#include "history/db.h"
#include "model/test.h"

/* The names of tests by their ids, a page of them at a time. */

struct test_names {
	VEC(struct test_name) /* their texts are borrowed */
};

/* One page as it was read; the names borrow from `content` what was not put there since. */
struct test_page {
	int64_t first_id;
	struct test_names names; /* the i-th is of test first_id + i */
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
int test_pages_write(struct db *db, int64_t first_id, const struct test_name *names, size_t len,
		     struct err *err);

/* Adds tests behind the last one; the first gets *first_id. */
int test_pages_append(struct db *db, const struct test_names *names, int64_t *first_id,
		      struct err *err);

#endif
