/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_STMT_H
#define STEADY_HISTORY_STMT_H

#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * One prepared statement. Binding never fails on its own: the first fault is kept and reported by
 * stmt_run() or stmt_next().
 *
 *	struct stmt *insert = db_stmt(db, "insert_parent");
 *	stmt_bind_text(insert, ":commit", commit);
 *	stmt_bind_int(insert, ":nth", 0);
 *	if (stmt_run(insert, err) < 0)
 *		return -1;
 *
 *	CLEANUP(stmt_done) struct stmt *list = db_stmt(db, "load_waits");
 *	while ((more = stmt_next(list, err)) == 0)
 *		… stmt_col_int(list, 0) …
 *	return more < 0 ? -1 : 0;
 *
 * A statement that was read to its end is reset; one that may be left earlier wants stmt_done.
 */
struct db;
struct sqlite3_stmt;

struct stmt {
	struct db *db;
	char *name;      /* owned; for faults of our own */
	const char *sql; /* borrowed */
	size_t len;
	struct sqlite3_stmt *handle;
	const char *unbound; /* a parameter that the statement does not have */
	int code;            /* SQLite's, of the first fault while preparing and binding */
};

/* Prepares sql (borrowed for the life of *stmt) on its own. The caller releases. */
void stmt_make(struct stmt *stmt, struct db *db, const char *name, const char *sql, size_t len);
void stmt_release(struct stmt *stmt);

/* Prepares if need be, and forgets what was bound and read. */
void stmt_fresh(struct stmt *stmt);

void stmt_bind_int(struct stmt *stmt, const char *parameter, int64_t value);
void stmt_bind_known(struct stmt *stmt, const char *parameter, int64_t value); /* negative: NULL */

void stmt_bind_real(struct stmt *stmt, const char *parameter, double value); /* negative: NULL */

/* A copy, with bad UTF-8 repaired; NULL binds NULL. */
void stmt_bind_text(struct stmt *stmt, const char *parameter, const char *text);

/* Borrowed until the statement has run; the text is good UTF-8, or NULL. */
void stmt_bind_clean(struct stmt *stmt, const char *parameter, const char *text);
void stmt_bind_blob(struct stmt *stmt, const char *parameter, const struct buf *bytes);

/* By its place, from 1 on: for rows that are copied whole. The value of a column is a copy. */
void stmt_bind_nth(struct stmt *stmt, int nth, int64_t value);
void stmt_bind_column(struct stmt *stmt, int nth, const struct stmt *row, int column);
void stmt_bind_nth_blob(struct stmt *stmt, int nth, const struct buf *bytes); /* borrowed */
int stmt_columns(const struct stmt *row);

/* Runs a statement that returns no row, and resets it. */
int stmt_run(struct stmt *stmt, struct err *err);

/* 0 a row, 1 no more, -1 failed. */
int stmt_next(struct stmt *stmt, struct err *err);

/* The same of a question for one id: *id is that of the first row, else 0. */
int stmt_find(struct stmt *stmt, int64_t *id, struct err *err);

int64_t stmt_col_int(const struct stmt *stmt, int column);   /* 0 for NULL */
int64_t stmt_col_known(const struct stmt *stmt, int column); /* -1 for NULL */
double stmt_col_real(const struct stmt *stmt, int column);   /* 0 for NULL */
bool stmt_col_is_null(const struct stmt *stmt, int column);
const char *stmt_col_borrow(const struct stmt *stmt,
			    int column);                  /* until the next step; may be NULL */
char *stmt_col_text(const struct stmt *stmt, int column); /* the caller frees; NULL for NULL */

/* Borrowed until the next step; NULL with *len 0 for NULL and for an empty one. */
const void *stmt_col_blob(const struct stmt *stmt, int column, size_t *len);

/* Appends the content of a packed blob; false when it is damaged. */
bool stmt_col_unpack(const struct stmt *stmt, int column, struct buf *out);

/* Resets *slot: for CLEANUP(). Takes NULL. */
void stmt_done(struct stmt **slot);

#endif
