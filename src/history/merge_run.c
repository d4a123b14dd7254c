/* SPDX-License-Identifier: Apache-2.0 */
#include "history/merge_run.h"

#include "history/name_row.h"
#include "history/pack.h"
#include "history/seen_reader.h"

#include <stdlib.h>
#include <string.h>

/* What a column refers to: its value is another one there. */
enum ref {
	REF_NONE,
	REF_SELF,   /* the row's own id, which it is given there */
	REF_PARENT, /* the run or the attempt at hand */
	REF_TEST,
	REF_FAILURE
};

/* Tables of which rows go over one by one. */
struct moved_table {
	const char *read, *write;
	enum ref refs[8]; /* of its first columns */
};

static const struct moved_table runs = {"merge_read_run", "merge_write_run", {REF_SELF}};
static const struct moved_table attempts = {
	"merge_read_attempt", "merge_write_attempt", {REF_SELF, REF_PARENT}};

static const struct moved_table of_runs[] = {
	{"merge_read_parents", "merge_write_parent", {REF_NONE}},
	{"merge_read_wait", "merge_write_wait", {REF_PARENT}},
	{"merge_read_service_event", "merge_write_service_event", {REF_PARENT}},
	{"merge_read_started_service", "merge_write_started_service", {REF_PARENT}},
	{"merge_read_stray", "merge_write_stray", {REF_PARENT}},
	{"merge_read_retry", "merge_write_retry", {REF_PARENT, REF_TEST}},
};

static const struct moved_table of_attempts[] = {
	{"merge_read_results_file", "merge_write_results_file", {REF_SELF, REF_PARENT}},
	{"merge_read_alone", "merge_write_alone", {REF_PARENT, REF_TEST}},
	{"merge_read_conditions", "merge_write_conditions", {REF_PARENT}},
	{"merge_read_autopsy", "merge_write_autopsy", {REF_PARENT}},
	{"merge_read_leak", "merge_write_leak", {REF_PARENT}},
	{"merge_read_result",
	 "merge_write_result",
	 {REF_PARENT, REF_TEST, REF_NONE, REF_NONE, REF_NONE, REF_NONE, REF_FAILURE}},
};

/* For people who ask by SQL. */
static int name_test(struct moving *moving, int64_t test_id, struct err *err)
{
	if (id_map_add(&moving->named, test_id, 1)) {
		return 0;
	}
	return name_row_add(moving->to, test_id, &moving->page, err);
}

static int find_there(struct moving *moving, enum ref ref, int64_t id, int64_t *to, struct err *err)
{
	const struct moved_failure *failure = NULL;

	if (ref == REF_TEST) {
		return moving_test(moving, id, to, err) < 0 ? -1 : name_test(moving, *to, err);
	}
	if (moving_failure(moving, id, &failure, err) < 0) {
		return -1;
	}
	*to = failure->id;
	return 0;
}

/* Binds the column of a row to the parameter that writes it. */
static int bind(struct moving *moving, struct stmt *write, const struct stmt *row, int column,
		enum ref ref, struct err *err)
{
	int64_t to = 0;

	if (ref == REF_NONE || stmt_col_is_null(row, column)) {
		stmt_bind_column(write, column + 1, row, column);
		return 0;
	}
	if (find_there(moving, ref, stmt_col_int(row, column), &to, err) < 0) {
		return -1;
	}
	stmt_bind_nth(write, column + 1, to);
	return 0;
}

static int copy_row(struct moving *moving, const struct moved_table *table, const struct stmt *row,
		    int64_t parent, struct err *err)
{
	struct stmt *write = db_stmt(moving->to, table->write);

	for (int i = 0; i < stmt_columns(row); i++) {
		enum ref ref = i < (int)ARRAY_LEN(table->refs) ? table->refs[i] : REF_NONE;

		if (ref == REF_PARENT) {
			stmt_bind_nth(write, i + 1, parent);
		} else if (ref != REF_SELF && bind(moving, write, row, i, ref, err) < 0) {
			return -1;
		}
	}
	return stmt_run(write, err);
}

static int copy_rows(struct moving *moving, const struct moved_table *table, int64_t from,
		     int64_t to, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(moving->from, table->read);
	int more;

	stmt_bind_int(row, ":id", from);
	while ((more = stmt_next(row, err)) == 0) {
		if (copy_row(moving, table, row, to, err) < 0) {
			return -1;
		}
	}
	return more < 0 ? -1 : 0;
}

enum block_column {
	COLUMN_ID,
	COLUMN_ATTEMPT,
	COLUMN_NTH,
	COLUMN_TOLD,
	COLUMN_SUITE, /* and what block_read() wants behind it */
	COLUMN_RESULTS,
	COLUMN_PACE
};

/* In the order of the list there, and without a pace: the way of the few that cannot go as they are. */
static int rewrite_block(struct moving *moving, const struct stmt *row,
			 const struct moved_suite *suite, struct stmt *write, struct err *err)
{
	CLEANUP(block_release) struct block block = {0};
	CLEANUP(buf_release) struct buf packed = BUF_INIT(BUF_OWN_MAX);
	AUTO_FREE char *codes = NULL;
	const size_t *places = suite->order.places;

	if (block_read(&block, &moving->cache, row, COLUMN_SUITE, err) < 0) {
		return -1;
	}
	codes = mem_array(block.codes.len, 1);
	BLOCK_EACH(i, &block)
	{
		codes[places ? places[i] : i] = block.codes.data[i];
	}
	pack_add(&packed, codes, block.codes.len);
	stmt_bind_nth_blob(write, COLUMN_RESULTS + 1, &packed);
	return stmt_run(write, err);
}

static int copy_block(struct moving *moving, const struct stmt *row, int64_t attempt_id,
		      struct err *err)
{
	const struct moved_suite *suite = NULL;
	struct stmt *write = db_stmt(moving->to, "merge_write_block");
	bool paced = !stmt_col_is_null(row, COLUMN_PACE);
	int64_t pace_id = 0;

	if (moving_suite(moving, stmt_col_int(row, COLUMN_SUITE), &suite, err) < 0 ||
	    (paced && moving_pace(moving, stmt_col_int(row, COLUMN_PACE), &pace_id, err) < 0)) {
		return -1;
	}
	stmt_bind_nth(write, COLUMN_ATTEMPT + 1, attempt_id);
	stmt_bind_column(write, COLUMN_NTH + 1, row, COLUMN_NTH);
	stmt_bind_nth(write, COLUMN_SUITE + 1, suite->id);
	stmt_bind_column(write, COLUMN_TOLD + 1, row, COLUMN_TOLD);
	if (suite->order.places || (paced && !pace_id)) {
		return rewrite_block(moving, row, suite, write, err);
	}
	stmt_bind_column(write, COLUMN_RESULTS + 1, row, COLUMN_RESULTS);
	if (paced) {
		stmt_bind_nth(write, COLUMN_PACE + 1, pace_id);
	}
	return stmt_run(write, err);
}

static int copy_blocks(struct moving *moving, int64_t from, int64_t to, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(moving->from, "merge_read_block");
	int more;

	stmt_bind_int(row, ":id", from);
	while ((more = stmt_next(row, err)) == 0) {
		if (copy_block(moving, row, to, err) < 0) {
			return -1;
		}
	}
	return more < 0 ? -1 : 0;
}

static int copy_attempt(struct moving *moving, const struct stmt *row, int64_t run_id,
			struct err *err)
{
	int64_t from = stmt_col_int(row, 0), to;

	if (copy_row(moving, &attempts, row, run_id, err) < 0) {
		return -1;
	}
	to = db_last_id(moving->to);
	for (size_t i = 0; i < ARRAY_LEN(of_attempts); i++) {
		if (copy_rows(moving, &of_attempts[i], from, to, err) < 0) {
			return -1;
		}
	}
	return copy_blocks(moving, from, to, err);
}

static int copy_attempts(struct moving *moving, int64_t from, int64_t to, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(moving->from, attempts.read);
	int more;

	stmt_bind_int(row, ":id", from);
	while ((more = stmt_next(row, err)) == 0) {
		if (copy_attempt(moving, row, to, err) < 0) {
			return -1;
		}
	}
	return more < 0 ? -1 : 0;
}

struct seen_list {
	VEC(struct seen)
};

static int compare_seen(const void *left, const void *right)
{
	const struct seen *a = left, *b = right;

	return (a->test_id > b->test_id) - (a->test_id < b->test_id);
}

static int move_seen(struct moving *moving, struct seen *seen, struct err *err)
{
	const struct moved_failure *failure = NULL;

	if (seen->failure_id) {
		if (moving_failure(moving, seen->failure_id, &failure, err) < 0) {
			return -1;
		}
		seen->failure_id = failure->id;
		seen->signature_id = failure->signature_id;
	}
	return moving_test(moving, seen->test_id, &seen->test_id, err);
}

static int read_seen(struct moving *moving, const struct stmt *row, int column,
		     struct seen_list *out, struct err *err)
{
	struct seen_reader reader = seen_reader_open(row, column);
	int more;

	while ((more = seen_reader_next(&reader, err)) == 0) {
		*VEC_PUSH(out) = reader.seen;
		if (move_seen(moving, &out->items[out->len - 1], err) < 0) {
			return -1;
		}
	}
	if (out->len > 0) {
		qsort(out->items, out->len, sizeof(*out->items), compare_seen);
	}
	return more < 0 ? -1 : 0;
}

enum rollup_column {
	ROLLUP_RUN,
	ROLLUP_RESULTS,
	ROLLUP_TESTS,
	ROLLUP_US,
	ROLLUP_ROSTER,
	ROLLUP_SEEN
};

static int write_rollup(struct moving *moving, const struct stmt *row, const struct seen_list *list,
			int64_t run_id, struct err *err)
{
	CLEANUP(buf_release) struct buf bytes = BUF_INIT(BUF_OWN_MAX);
	struct stmt *write = db_stmt(moving->to, "merge_write_rollup");
	struct seen before = {0};
	int64_t roster_id = 0;

	VEC_EACH (const struct seen, seen, list) {
		seen_write(&bytes, seen, &before);
		before = *seen;
	}
	stmt_bind_nth(write, ROLLUP_RUN + 1, run_id);
	for (int i = ROLLUP_RESULTS; i <= ROLLUP_US; i++) {
		stmt_bind_column(write, i + 1, row, i);
	}
	if (!stmt_col_is_null(row, ROLLUP_ROSTER)) {
		if (moving_roster(moving, stmt_col_int(row, ROLLUP_ROSTER), &roster_id, err) < 0) {
			return -1;
		}
		stmt_bind_nth(write, ROLLUP_ROSTER + 1, roster_id);
	}
	stmt_bind_nth_blob(write, ROLLUP_SEEN + 1, &bytes);
	return stmt_run(write, err);
}

static int copy_rollup(struct moving *moving, int64_t from, int64_t to, int64_t *results,
		       struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(moving->from, "merge_read_rollup");
	struct seen_list list = {0};
	int more;
	int done;

	*results = 0;
	stmt_bind_int(row, ":id", from);
	more = stmt_next(row, err);
	if (more != 0) {
		return more < 0 ? -1 : 0;
	}
	*results = stmt_col_int(row, ROLLUP_RESULTS);
	done = read_seen(moving, row, ROLLUP_SEEN, &list, err);
	if (done == 0) {
		done = write_rollup(moving, row, &list, to, err);
	}
	VEC_FREE(&list);
	return done;
}

int merge_run(struct moving *moving, int64_t run_id, int64_t *to, int64_t *results, struct err *err)
{
	if (copy_rows(moving, &runs, run_id, 0, err) < 0) {
		return -1;
	}
	*to = db_last_id(moving->to);
	for (size_t i = 0; i < ARRAY_LEN(of_runs); i++) {
		if (copy_rows(moving, &of_runs[i], run_id, *to, err) < 0) {
			return -1;
		}
	}
	if (copy_attempts(moving, run_id, *to, err) < 0) {
		return -1;
	}
	return copy_rollup(moving, run_id, *to, results, err);
}
