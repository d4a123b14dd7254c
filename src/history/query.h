/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_QUERY_H
#define STEADY_HISTORY_QUERY_H

#include "history/internal.h"
#include "history/test_page.h"
#include "steady/history.h"

/* What the queries of include/steady/history.h share. */
struct steady_history {
	struct history *history;
	struct err err;
};

/* That statement, for the runs of the window. */
struct stmt *query_window(struct db *db, const char *statement,
			  const struct steady_history_window *window);

/* As the first columns of query_runs have it behind its id; borrowed from the row. */
void query_run(const struct stmt *row, struct steady_history_run *out);

/* Borrowed from the page or the facts, and `id` from the caller's. */
void query_test(const struct test_name *name, const char *id, struct steady_history_test *out);

/* The nearest rank of a share in a sorted list of so many: an index. */
size_t query_rank(size_t len, double share);

/* Notes the error; -1. */
int query_failed(struct steady_history *history, const struct err *err);

#endif
