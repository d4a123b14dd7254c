/* SPDX-License-Identifier: Apache-2.0 */
#include "history/migrate.h"

#include "history/decode.h"
#include "history/failure_text.h"
#include "history/rollup.h"
#include "model/result.h"

#include <string.h>

/* From a row of id, signature, type, message and text. They keep their ids, which results refer to. */
static int move_failure(struct frame_writer *writer, const struct stmt *row, struct err *err)
{
	struct failure *failure = mem_alloc(sizeof(*failure));
	int done;

	decode_id(failure->signature, sizeof(failure->signature), stmt_col_borrow(row, 1));
	failure->type = stmt_col_text(row, 2);
	failure->message = stmt_col_text(row, 3);
	failure->text = stmt_col_text(row, 4);
	done = failure_move(writer, failure, stmt_col_int(row, 0), err);
	failure_free(failure);
	return done;
}

static int move_failures(struct db *db, struct err *err)
{
	static const char sql[] =
		"SELECT id, signature, type, message, text FROM failure_4 ORDER BY id";
	CLEANUP(frame_writer_release) struct frame_writer writer = {.db = db};
	CLEANUP(stmt_release) struct stmt row = {0};
	int more;

	stmt_make(&row, db, "failures of schema 4", sql, strlen(sql));
	while ((more = stmt_next(&row, err)) == 0) {
		if (move_failure(&writer, &row, err) < 0) {
			return -1;
		}
	}
	return more < 0 ? -1 : frame_writer_flush(&writer, err);
}

/* The names of the tests that have rows are filled in as they fail again. */
static int make_rollups(struct db *db, struct err *err)
{
	static const char sql[] = "SELECT id FROM run ORDER BY id";
	CLEANUP(stmt_release) struct stmt row = {0};
	int more;

	stmt_make(&row, db, "runs of schema 4", sql, strlen(sql));
	while ((more = stmt_next(&row, err)) == 0) {
		if (rollup_make(db, stmt_col_int(&row, 0), NULL, err) < 0) {
			return -1;
		}
	}
	return more < 0 ? -1 : 0;
}

int migrate_rollups(struct db *db, struct err *err)
{
	if (move_failures(db, err) < 0 ||
	    db_exec(db,
		    "INSERT INTO result SELECT * FROM result_4; DROP TABLE result_4; "
		    "DROP TABLE failure_4",
		    err) < 0) {
		return -1;
	}
	return make_rollups(db, err);
}
