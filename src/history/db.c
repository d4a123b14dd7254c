/* SPDX-License-Identifier: Apache-2.0 */
#include "history/db.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "history/sql.h"
#include "os/signals.h"

#include <errno.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* While another process has the database locked. */
#define TELL_US      (2 * US_PER_S)
#define STOPPED_US   (1 * US_PER_S)
#define YOUNG_US     (1 * US_PER_S)
#define NAP_YOUNG_US 20000
#define NAP_OLD_US   1000

#define WATCH_OPERATIONS 20000 /* of SQLite's machine: a few milliseconds */

/* A file name as a URI path: whatever might mean something there is escaped. */
static void add_uri_path(struct buf *uri, const char *file)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789/._-";

	for (; *file; file++) {
		if (strchr(plain, *file)) {
			buf_char(uri, *file);
		} else {
			buf_fmt(uri, "%%%02X", (unsigned)(unsigned char)*file);
		}
	}
}

/*
 * Always a URI, so that no path can be taken for one or for ":memory:". A relative path gets "./"
 * in front, because "//" at its start would name a host.
 */
static void make_uri(struct buf *uri, const char *file, bool frozen)
{
	buf_str_add(uri, file[0] == '/' ? "file://" : "file:./");
	add_uri_path(uri, file);
	buf_str_add(uri, frozen ? "?mode=ro&immutable=1" : "?mode=rw");
}

static void collect_statements(struct db *db)
{
	struct sql_list texts = {0};

	sql_collect(&texts);
	VEC_EACH (const struct sql_text, text, &texts) {
		struct stmt *stmt = VEC_PUSH(&db->statements);

		stmt->db = db;
		stmt->name = mem_strn(text->name, text->name_len);
		stmt->sql = text->sql;
		stmt->len = text->len;
		map_put(&db->names, stmt->name, db->statements.len - 1);
	}
	VEC_FREE(&texts);
}

/* Whoever wants to stop does not wait as long: what is lost then is one run, and it is told. */
static int on_busy(void *payload, int calls)
{
	struct db *db = payload;
	int64_t now_us = clock_machine_us();

	db->busy_since_us = calls == 0 ? now_us : db->busy_since_us;
	if (db->stopped_us == 0 && signals_look()) {
		db->stopped_us = now_us;
	}
	if (now_us - db->busy_since_us >= db->busy_ms * US_PER_MS ||
	    (db->stopped_us && now_us - db->stopped_us >= STOPPED_US)) {
		return 0;
	}
	if (!db->told && now_us - db->busy_since_us >= TELL_US) {
		db->told = true;
		log_note("%s: waiting for another process to release it", db->path);
	}
	/* Who has waited for longer asks more often: else whoever has just come gets it before him. */
	usleep(now_us - db->busy_since_us < YOUNG_US ? NAP_YOUNG_US : NAP_OLD_US);
	return 1;
}

/* What makes a database from elsewhere harmless, and one of ours exact. Codes are not looked at:
 * each of these can only fail for an option that this SQLite does not have. */
static void configure(struct db *db)
{
	sqlite3 *handle = db->handle;

	sqlite3_extended_result_codes(handle, 1);
	db->busy_ms = DB_BUSY_MS;
	sqlite3_busy_handler(handle, on_busy, db);
	sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
}

int db_open(struct db *db, const char *path, const char *file, bool frozen, struct err *err)
{
	CLEANUP(buf_release) struct buf uri = BUF_INIT(BUF_OWN_MAX);
	int flags = (frozen ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) | SQLITE_OPEN_URI |
		    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
	int code;

	*db = (struct db){.path = mem_str(path)};
	make_uri(&uri, file, frozen);
	code = sqlite3_open_v2(buf_str(&uri), &db->handle, flags, NULL);
	if (code != SQLITE_OK) {
		db_fail(db, code, err);
		db_close(db);
		return -1;
	}
	configure(db);
	collect_statements(db);
	return 0;
}

void db_close(struct db *db)
{
	VEC_EACH (struct stmt, stmt, &db->statements) {
		stmt_release(stmt);
	}
	VEC_FREE(&db->statements);
	map_release(&db->names);
	stmt_release(&db->unknown);
	sqlite3_close_v2(db->handle);
	free(db->path);
	*db = (struct db){0};
}

bool db_is_read_only(const struct db *db)
{
	return sqlite3_db_readonly(db->handle, "main") != 0;
}

bool db_needs_write(const struct db *db)
{
	return db->trouble == SQLITE_READONLY || db->trouble == SQLITE_CANTOPEN;
}

/* Of SQLITE_CANTOPEN: the system said that we may not, or that it could not. */
static const char *why_not_opened(const struct db *db)
{
	int reason = db->handle ? sqlite3_system_errno(db->handle) : 0;

	if (reason != EACCES && reason != EPERM && reason != EROFS) {
		return "cannot be opened";
	}
	return access(db->path, R_OK) == 0 ? "is read-only" : "may not be read by you";
}

/* The index of the log is grown by other means than the files, and fails in other words. */
static bool is_out_of_space(const struct db *db)
{
	int reason = db->handle ? sqlite3_system_errno(db->handle) : 0;

	return db->trouble == SQLITE_IOERR && (reason == ENOSPC || reason == EDQUOT);
}

int db_fail(struct db *db, int code, struct err *err)
{
	const char *why = db->handle ? sqlite3_errmsg(db->handle) : sqlite3_errstr(code);

	db->trouble = code & 0xff;
	if (is_out_of_space(db)) {
		db->trouble = SQLITE_FULL;
	}
	switch (db->trouble) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return err_set(err, ERR_HISTORY, "%s: is in use by another process", db->path);
	case SQLITE_READONLY:
		return err_set(err, ERR_HISTORY, "%s: is read-only", db->path);
	case SQLITE_CANTOPEN:
		return err_set(err, ERR_HISTORY, "%s: %s", db->path, why_not_opened(db));
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
		if (db->trouble == SQLITE_NOTADB && !db->ours) {
			return err_set(err, ERR_HISTORY, "%s: is not a database", db->path);
		}
		return err_set(err, ERR_HISTORY, "%s: is damaged (%s)", db->path, why);
	case SQLITE_FULL: /* nothing is wrong with what was handed in */
		return err_set(err, ERR_IO, "%s: no space is left for it", db->path);
	default:
		return err_set(err, ERR_HISTORY, "%s: %s", db->path, why);
	}
}

bool db_is_damaged(const struct db *db)
{
	return db->trouble == SQLITE_CORRUPT || db->trouble == SQLITE_NOTADB;
}

bool db_has_moved(const struct db *db)
{
	int moved = 0;

	return db->handle &&
	       sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_HAS_MOVED, &moved) ==
		       SQLITE_OK &&
	       moved;
}

/* What is written to a file without a name is lost, however well it went. */
static int check_is_there(const struct db *db, struct err *err)
{
	return db_has_moved(db)
		       ? err_set(err, ERR_HISTORY,
				 "%s: was removed or replaced while it was in use", db->path)
		       : 0;
}

int db_damaged(struct db *db, struct err *err, const char *fmt, ...)
{
	CLEANUP(buf_release) struct buf what = BUF_INIT(200);
	va_list ap;

	db->trouble = SQLITE_CORRUPT;
	va_start(ap, fmt);
	buf_vfmt(&what, fmt, ap);
	va_end(ap);
	return err_set(err, ERR_HISTORY, "%s: is damaged (%s)", db->path, buf_str(&what));
}

int db_probe(struct db *db, struct err *err)
{
	int64_t tables = 0, id = 0;

	if (db_ask_int(db, "SELECT count(*) FROM sqlite_schema", &tables, err) < 0 ||
	    db_ask_int(db, "PRAGMA application_id", &id, err) < 0) {
		return -1;
	}
	return id == DB_APPLICATION_ID || (id == 0 && tables == 0) ? 0 : db_foreign(db, err);
}

void db_want_journal(struct db *db, bool shared)
{
	/* A run is one transaction: with room for its pages they are written once, at the end. That
	 * what was said to be recorded survives a power cut costs one more fsync() of the log. */
	sqlite3_exec(db->handle, "PRAGMA synchronous = EXTRA; PRAGMA cache_size = -131072", NULL,
		     NULL, NULL);
	sqlite3_exec(db->handle,
		     shared ? "PRAGMA journal_mode = DELETE" : "PRAGMA journal_mode = WAL", NULL,
		     NULL, NULL);
}

int db_forbid_writes(struct db *db, struct err *err)
{
	return db_exec(db, "PRAGMA query_only = ON", err);
}

void db_leave_log(struct db *db, bool leave)
{
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, leave ? 1 : 0, NULL);
}

void db_set_busy_ms(struct db *db, int ms)
{
	db->busy_ms = ms;
}

static int on_progress(void *payload)
{
	const struct db *db = payload;

	return db->goes_on(db->payload) ? 0 : 1;
}

void db_watch(struct db *db, bool (*goes_on)(void *payload), void *payload)
{
	db->goes_on = goes_on;
	db->payload = payload;
	sqlite3_progress_handler(db->handle, goes_on ? WATCH_OPERATIONS : 0,
				 goes_on ? on_progress : NULL, db);
}

int db_exec(struct db *db, const char *script, struct err *err)
{
	int code = sqlite3_exec(db->handle, script, NULL, NULL, NULL);

	return code == SQLITE_OK ? 0 : db_fail(db, code, err);
}

int db_others_wrote(struct db *db, int64_t *version, struct err *err)
{
	int64_t before = *version;

	return db_ask_int(db, "PRAGMA data_version", version, err) < 0 ? -1 : *version != before;
}

int db_ask_int(struct db *db, const char *sql, int64_t *out, struct err *err)
{
	CLEANUP(stmt_release) struct stmt stmt = {0};
	int more;

	stmt_make(&stmt, db, "question", sql, strlen(sql));
	more = stmt_next(&stmt, err);
	if (more < 0) {
		return -1;
	}
	*out = more == 0 ? stmt_col_int(&stmt, 0) : 0;
	return 0;
}

struct stmt *db_stmt(struct db *db, const char *name)
{
	size_t at;

	if (map_get(&db->names, name, &at)) {
		stmt_fresh(&db->statements.items[at]);
		return &db->statements.items[at];
	}
	stmt_release(&db->unknown);
	db->unknown.db = db;
	db->unknown.name = mem_str(name);
	return &db->unknown;
}

int64_t db_last_id(const struct db *db)
{
	return sqlite3_last_insert_rowid(db->handle);
}

int tx_begin(struct tx *tx, struct db *db, enum tx_kind kind, struct err *err)
{
	const char *begin = kind == TX_WRITE ? "BEGIN IMMEDIATE" : "BEGIN";
	bool is_step = !sqlite3_get_autocommit(db->handle);

	if (db_exec(db, is_step ? "SAVEPOINT step" : begin, err) < 0) {
		return -1;
	}
	*tx = (struct tx){.db = db, .is_step = is_step};
	return kind == TX_WRITE ? check_is_there(db, err) : 0;
}

int tx_commit(struct tx *tx, struct err *err)
{
	int check;

	if (db_exec(tx->db, tx->is_step ? "RELEASE step" : "COMMIT", err) < 0) {
		return -1;
	}
	check = check_is_there(tx->db, err);
	tx->db = NULL;
	return check;
}

void tx_end(struct tx *tx)
{
	/* SQLite has rolled back by itself after some faults. */
	if (tx->db && !sqlite3_get_autocommit(tx->db->handle)) {
		sqlite3_exec(tx->db->handle,
			     tx->is_step ? "ROLLBACK TO step; RELEASE step" : "ROLLBACK", NULL,
			     NULL, NULL);
	}
	tx->db = NULL;
}
