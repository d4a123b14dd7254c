/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_NAME_ROW_H
#define STEADY_HISTORY_NAME_ROW_H

#include "history/test_page.h"

/* Names of tests that failed, for people who ask by SQL: always those on record (test_page.h). */

/* Sees to it that the test has a row. *page is kept from call to call. */
int name_row_add(struct db *db, int64_t test_id, struct test_page *page, struct err *err);

/* Where it has a row, that now says so. */
int name_row_change(struct db *db, int64_t test_id, const struct test_name *name, struct err *err);

#endif
