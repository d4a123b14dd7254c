/* SPDX-License-Identifier: Apache-2.0 */
#include "history/stmt.h"

#include "history/db.h"
#include "history/pack.h"
#include "text/utf8.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

void stmt_make(struct stmt *stmt, struct db *db, const char *name, const char *sql, size_t len)
{
	*stmt = (struct stmt){.db = db, .name = mem_str(name), .sql = sql, .len = len};
	stmt_fresh(stmt);
}

void stmt_release(struct stmt *stmt)
{
	sqlite3_finalize(stmt->handle);
	free(stmt->name);
	*stmt = (struct stmt){0};
}

static void keep_fault(struct stmt *stmt, int code)
{
	if (stmt->code == SQLITE_OK) {
		stmt->code = code;
	}
}

void stmt_fresh(struct stmt *stmt)
{
	stmt->code = SQLITE_OK;
	stmt->unbound = NULL;
	if (stmt->handle) {
		sqlite3_reset(stmt->handle);
		sqlite3_clear_bindings(stmt->handle);
	} else if (!stmt->sql) {
		stmt->code = SQLITE_MISUSE;
	} else {
		stmt->code = sqlite3_prepare_v3(stmt->db->handle, stmt->sql, (int)stmt->len,
						SQLITE_PREPARE_PERSISTENT, &stmt->handle, NULL);
	}
}

/* The parameter's number, or 0 with the fault kept. */
static int find_parameter(struct stmt *stmt, const char *parameter)
{
	int at = 0;

	if (stmt->handle) {
		at = sqlite3_bind_parameter_index(stmt->handle, parameter);
		if (at == 0) {
			stmt->unbound = parameter;
		}
	}
	return at;
}

void stmt_bind_int(struct stmt *stmt, const char *parameter, int64_t value)
{
	int at = find_parameter(stmt, parameter);

	if (at > 0) {
		keep_fault(stmt, sqlite3_bind_int64(stmt->handle, at, value));
	}
}

void stmt_bind_known(struct stmt *stmt, const char *parameter, int64_t value)
{
	int at = find_parameter(stmt, parameter);

	if (at > 0) {
		keep_fault(stmt, value < 0 ? sqlite3_bind_null(stmt->handle, at)
					   : sqlite3_bind_int64(stmt->handle, at, value));
	}
}

void stmt_bind_real(struct stmt *stmt, const char *parameter, double value)
{
	int at = find_parameter(stmt, parameter);

	if (at > 0) {
		keep_fault(stmt, value < 0 ? sqlite3_bind_null(stmt->handle, at)
					   : sqlite3_bind_double(stmt->handle, at, value));
	}
}

static bool is_ascii(const char *text)
{
	for (; *text; text++) {
		if ((unsigned char)*text >= 0x80) {
			return false;
		}
	}
	return true;
}

void stmt_bind_text(struct stmt *stmt, const char *parameter, const char *text)
{
	CLEANUP(buf_release) struct buf clean = BUF_INIT(BUF_OWN_MAX);
	int at = find_parameter(stmt, parameter);

	if (at == 0) {
		return;
	}
	if (text && !is_ascii(text)) {
		utf8_clean(&clean, text, strlen(text));
		text = buf_str(&clean);
	}
	keep_fault(stmt, sqlite3_bind_text(stmt->handle, at, text, -1, SQLITE_TRANSIENT));
}

void stmt_bind_clean(struct stmt *stmt, const char *parameter, const char *text)
{
	int at = find_parameter(stmt, parameter);

	if (at > 0) {
		keep_fault(stmt, sqlite3_bind_text(stmt->handle, at, text, -1, SQLITE_STATIC));
	}
}

void stmt_bind_blob(struct stmt *stmt, const char *parameter, const struct buf *bytes)
{
	int at = find_parameter(stmt, parameter);

	if (at > 0) {
		keep_fault(stmt, sqlite3_bind_blob64(stmt->handle, at, buf_str(bytes), bytes->len,
						     SQLITE_STATIC));
	}
}

void stmt_bind_nth(struct stmt *stmt, int nth, int64_t value)
{
	keep_fault(stmt, sqlite3_bind_int64(stmt->handle, nth, value));
}

void stmt_bind_nth_blob(struct stmt *stmt, int nth, const struct buf *bytes)
{
	keep_fault(stmt, sqlite3_bind_blob64(stmt->handle, nth, buf_str(bytes), bytes->len,
					     SQLITE_STATIC));
}

void stmt_bind_column(struct stmt *stmt, int nth, const struct stmt *row, int column)
{
	keep_fault(stmt, sqlite3_bind_value(stmt->handle, nth,
					    sqlite3_column_value(row->handle, column)));
}

int stmt_columns(const struct stmt *row)
{
	return sqlite3_column_count(row->handle);
}

static int fail(struct stmt *stmt, int code, struct err *err)
{
	db_fail(stmt->db, code, err);
	sqlite3_reset(stmt->handle);
	return -1;
}

int stmt_next(struct stmt *stmt, struct err *err)
{
	int code;

	if (stmt->unbound || (!stmt->handle && !stmt->sql)) {
		return err_set(err, ERR_INTERNAL, "history: statement %s has no %s", stmt->name,
			       stmt->unbound ? stmt->unbound : "text");
	}
	if (stmt->code != SQLITE_OK) {
		return fail(stmt, stmt->code, err);
	}
	code = sqlite3_step(stmt->handle);
	if (code == SQLITE_ROW) {
		return 0;
	}
	if (code != SQLITE_DONE) {
		return fail(stmt, code, err);
	}
	sqlite3_reset(stmt->handle);
	return 1;
}

int stmt_run(struct stmt *stmt, struct err *err)
{
	int more = stmt_next(stmt, err);

	if (more < 0) {
		return -1;
	}
	if (more == 0) {
		sqlite3_reset(stmt->handle);
	}
	return 0;
}

int stmt_find(struct stmt *stmt, int64_t *id, struct err *err)
{
	int more = stmt_next(stmt, err);

	*id = more == 0 ? stmt_col_int(stmt, 0) : 0;
	return more;
}

int64_t stmt_col_int(const struct stmt *stmt, int column)
{
	return sqlite3_column_int64(stmt->handle, column);
}

int64_t stmt_col_known(const struct stmt *stmt, int column)
{
	return stmt_col_is_null(stmt, column) ? -1 : stmt_col_int(stmt, column);
}

double stmt_col_real(const struct stmt *stmt, int column)
{
	return sqlite3_column_double(stmt->handle, column);
}

bool stmt_col_is_null(const struct stmt *stmt, int column)
{
	return sqlite3_column_type(stmt->handle, column) == SQLITE_NULL;
}

const char *stmt_col_borrow(const struct stmt *stmt, int column)
{
	return (const char *)sqlite3_column_text(stmt->handle, column);
}

char *stmt_col_text(const struct stmt *stmt, int column)
{
	return mem_str(stmt_col_borrow(stmt, column));
}

const void *stmt_col_blob(const struct stmt *stmt, int column, size_t *len)
{
	const void *bytes = sqlite3_column_blob(stmt->handle, column);

	*len = bytes ? (size_t)sqlite3_column_bytes(stmt->handle, column) : 0;
	return bytes;
}

bool stmt_col_unpack(const struct stmt *stmt, int column, struct buf *out)
{
	size_t len = 0;
	const void *bytes = stmt_col_blob(stmt, column, &len);

	return bytes && pack_read(out, bytes, len);
}

void stmt_done(struct stmt **slot)
{
	if (*slot && (*slot)->handle) {
		sqlite3_reset((*slot)->handle);
	}
}
