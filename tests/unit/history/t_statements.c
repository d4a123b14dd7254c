/* SPDX-License-Identifier: Apache-2.0 */
#include "sample.h"

#include "history/sql.h"

static void every_statement_can_be_prepared(void **state)
{
	const struct place *place = *state;
	struct history *history = sample_open(place->path, HISTORY_WRITE);

	assert_true(history->db.statements.len > 20);
	VEC_EACH (struct stmt, stmt, &history->db.statements) {
		stmt_fresh(stmt);
		if (stmt->code != 0) {
			struct err err = ERR_INIT;

			db_fail(&history->db, stmt->code, &err);
			fail_msg("%s: %s", stmt->name, err.msg);
		}
		assert_non_null(stmt->handle);
		/* One name, one statement. */
		VEC_EACH (const struct stmt, other, &history->db.statements) {
			assert_true(other == stmt || strcmp(other->name, stmt->name) != 0);
		}
	}
	history_close(history);
}

/* What SQLite means to do, one step a line. */
static void explain(struct history *history, const struct stmt *stmt, struct buf *plan)
{
	CLEANUP(buf_release) struct buf sql = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(stmt_release) struct stmt question = {0};
	struct err err = ERR_INIT;
	int more;

	buf_str_add(&sql, "EXPLAIN QUERY PLAN ");
	buf_add(&sql, stmt->sql, stmt->len);
	stmt_make(&question, &history->db, stmt->name, buf_str(&sql), sql.len);
	while ((more = stmt_next(&question, &err)) == 0) {
		buf_fmt(plan, "%s\n", stmt_col_borrow(&question, 3));
	}
	if (more < 0) {
		fail_msg("%s: %s", stmt->name, err.msg);
	}
}

/* "SCAN t" with t the whole name of that table. */
static bool scans(const char *plan, const char *table)
{
	AUTO_FREE char *step = mem_fmt("SCAN %s", table);
	const char *at = plan;

	while ((at = strstr(at, step))) {
		at += strlen(step);
		if (*at == '\n' || *at == ' ') {
			return true;
		}
	}
	return false;
}

static void assert_no_scan(struct history *history, const struct stmt *stmt)
{
	static const char *const growing[] = {
		"run",           "attempt",   "results_file", "result",  "block",
		"suite",         "test_page", "test_hash",    "failure", "retry",
		"wait",          "rollup",    "roster",       "pace",    "signature",
		"failure_frame", "test_name", "test_day",     "stray"};
	CLEANUP(buf_release) struct buf plan = BUF_INIT(BUF_OWN_MAX);

	explain(history, stmt, &plan);
	for (size_t i = 0; i < ARRAY_LEN(growing); i++) {
		if (scans(buf_str(&plan), growing[i])) {
			fail_msg("%s: %s", stmt->name, buf_str(&plan));
		}
	}
}

static void no_statement_walks_through_a_table_that_grows(void **state)
{
	/* Seeing everything is their task. */
	static const char *const walkers[] = {"info", "merge_list_runs", "list_runs"};
	const struct place *place = *state;
	struct history *history = sample_open(place->path, HISTORY_WRITE);

	VEC_EACH (const struct stmt, stmt, &history->db.statements) {
		bool meant = str_starts(stmt->name, "care_");

		for (size_t i = 0; i < ARRAY_LEN(walkers); i++) {
			meant = meant || str_eq(stmt->name, walkers[i]);
		}
		if (!meant) {
			assert_no_scan(history, stmt);
		}
	}
	history_close(history);
}

static void windows_go_by_time_without_sorting(void **state)
{
	static const char *const names[] = {"load_runs", "load_rollups", "load_waits"};
	const struct place *place = *state;
	struct history *history = sample_open(place->path, HISTORY_WRITE);

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		CLEANUP(buf_release) struct buf plan = BUF_INIT(BUF_OWN_MAX);

		explain(history, db_stmt(&history->db, names[i]), &plan);
		print_message("%s\n%s", names[i], buf_str(&plan));
		assert_has(buf_str(&plan), "INDEX run_by_time (started_us>");
		assert_null(strstr(buf_str(&plan), "TEMP B-TREE"));
	}
	history_close(history);
}

static void the_newest_like_run_comes_first(void **state)
{
	const struct place *place = *state;
	struct history *history = sample_open(place->path, HISTORY_WRITE);
	CLEANUP(buf_release) struct buf plan = BUF_INIT(BUF_OWN_MAX);

	explain(history, db_stmt(&history->db, "find_expected_attempt"), &plan);
	assert_has(buf_str(&plan), "SEARCH run USING INDEX run_by_job (job=? AND variant=?)");
	assert_null(strstr(buf_str(&plan), "TEMP B-TREE"));
	history_close(history);
}

static void texts_are_split_at_names(void **state)
{
	struct sql_list list = {0};

	(void)state;
	sql_split("-- a comment -- name: no\n\n-- name: one\nSELECT '\n -- name: no';\n"
		  "-- name: two\nSELECT 2",
		  &list);
	assert_int_equal(list.len, 2);
	assert_int_equal(list.items[0].name_len, 3);
	assert_memory_equal(list.items[0].name, "one", 3);
	assert_int_equal(list.items[0].len, strlen("\nSELECT '\n -- name: no';\n"));
	assert_memory_equal(list.items[1].name, "two", 3);
	assert_memory_equal(list.items[1].sql, "\nSELECT 2", list.items[1].len);
	VEC_FREE(&list);
}

static void wrong_names_are_our_own_fault(void **state)
{
	const struct place *place = *state;
	struct history *history = sample_open(place->path, HISTORY_WRITE);
	struct stmt *stmt = db_stmt(&history->db, "no_such_statement");
	struct err err = ERR_INIT;

	stmt_bind_int(stmt, ":a", 1);
	assert_int_equal(stmt_run(stmt, &err), -1);
	assert_int_equal(err.code, ERR_INTERNAL);
	assert_has(err.msg, "no_such_statement");
	stmt = db_stmt(&history->db, "load_bucket");
	stmt_bind_int(stmt, ":bukcet", 1);
	assert_int_equal(stmt_run(stmt, &err), -1);
	assert_int_equal(err.code, ERR_INTERNAL);
	assert_has(err.msg, ":bukcet");
	/* Taken afresh, the fault is forgotten. */
	stmt = db_stmt(&history->db, "load_bucket");
	stmt_bind_int(stmt, ":bucket", 1);
	assert_int_equal(stmt_next(stmt, &err), 1);
	history_close(history);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACED(every_statement_can_be_prepared),
		PLACED(no_statement_walks_through_a_table_that_grows),
		PLACED(windows_go_by_time_without_sorting),
		PLACED(the_newest_like_run_comes_first),
		cmocka_unit_test(texts_are_split_at_names),
		PLACED(wrong_names_are_our_own_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
