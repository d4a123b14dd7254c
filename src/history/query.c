/* SPDX-License-Identifier: Apache-2.0 */
#include "history/query.h"

#include "base/str.h"
#include "history/decode.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct steady_history *steady_history_open(const char *path, char error[STEADY_HISTORY_ERROR])
{
	struct steady_history *out = mem_alloc(sizeof(*out));
	struct err err = ERR_INIT;

	if (history_open(path, HISTORY_READ, &out->history, &err) == 0) {
		return out;
	}
	snprintf(error, STEADY_HISTORY_ERROR, "%s", err.msg);
	free(out);
	return NULL;
}

void steady_history_close(struct steady_history *history)
{
	if (history) {
		history_close(history->history);
		free(history);
	}
}

const char *steady_history_error(const struct steady_history *history)
{
	return history->err.msg;
}

const char *steady_history_outcome_name(enum steady_history_outcome outcome)
{
	return outcome_name((enum outcome)outcome);
}

struct stmt *query_window(struct db *db, const char *statement,
			  const struct steady_history_window *window)
{
	struct stmt *stmt = db_stmt(db, statement);

	stmt_bind_int(stmt, ":since", window ? window->since_us : 0);
	stmt_bind_int(stmt, ":until", window && window->until_us ? window->until_us : INT64_MAX);
	stmt_bind_text(stmt, ":job", window ? window->job : NULL);
	return stmt;
}

void query_run(const struct stmt *row, struct steady_history_run *out)
{
	*out = (struct steady_history_run){
		.key = str_or(stmt_col_borrow(row, 1), ""),
		.job = str_or(stmt_col_borrow(row, 2), ""),
		.variant = str_or(stmt_col_borrow(row, 3), ""),
		.commit = stmt_col_borrow(row, 4),
		.branch = stmt_col_borrow(row, 5),
		.outcome = run_outcome_name(decode_run_outcome(stmt_col_borrow(row, 6))),
		.started_us = stmt_col_int(row, 7),
		.duration_us = stmt_col_known(row, 8),
	};
}

void query_test(const struct test_name *name, const char *id, struct steady_history_test *out)
{
	*out = (struct steady_history_test){
		.id = id,
		.suite = name->suite,
		.class_name = name->class_name,
		.name = name->name,
		.file = name->file,
		.copy = name->copy,
	};
}

size_t query_rank(size_t len, double share)
{
	size_t rank = (size_t)ceil(share * (double)len);

	return rank > 0 ? rank - 1 : 0;
}

int query_failed(struct steady_history *history, const struct err *err)
{
	history->err = *err;
	return -1;
}

int steady_history_tests(struct steady_history *history, const char *text,
			 int (*on_test)(void *payload, const struct steady_history_test *test),
			 void *payload)
{
	CLEANUP(test_facts_list_release) struct test_facts_list found = {0};
	struct err err = ERR_INIT;
	int done = 0;

	err_clear(&history->err);
	if (history_find_tests(history->history, text, &found, &err) < 0) {
		return query_failed(history, &err);
	}
	for (size_t i = 0; i < found.len && done == 0; i++) {
		struct steady_history_test test;

		query_test(&found.items[i].name, found.items[i].id, &test);
		done = on_test(payload, &test);
	}
	return done;
}
