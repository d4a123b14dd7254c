/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_DB_H
#define STEADY_HISTORY_DB_H

#include "base/err.h"
#include "base/map.h"
#include "history/stmt.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * A connection to SQLite: how it is opened, its transactions, its errors. The only files of steady
 * that see <sqlite3.h> are db.c, header.c and stmt.c.
 */

#define DB_APPLICATION_ID INT64_C(0x53544459) /* "STDY" */
#define DB_BUSY_MS        10000               /* how long a writer waits for the others */

struct sqlite3;

struct db {
	struct sqlite3 *handle;
	char *path;  /* as the user gave it: for messages */
	int trouble; /* SQLite's primary code of the last failure, 0 none */
	bool ours;   /* the first bytes bear our id */
	struct {
		VEC(struct stmt) /* never grows after db_open(): pointers into it last */
	} statements;
	struct map names;                  /* of the statements, to their indexes */
	struct stmt unknown;               /* stands in for a name that does not exist */
	int64_t busy_ms;                   /* so long it waits for others */
	int64_t busy_since_us, stopped_us; /* waiting since, asked to stop at; real monotonic */
	bool told;                         /* that it waits */
	bool (*goes_on)(void *payload);    /* NULL: whatever happens */
	void *payload;
};

/*
 * Opens an existing file without reading it. `file` is what to open, `path` what to call it in
 * messages. `frozen`: the file and its folder cannot change: no locks, no side files.
 */
int db_open(struct db *db, const char *path, const char *file, bool frozen, struct err *err);
void db_close(struct db *db);

/* The file or the file system lets us read only. */
bool db_is_read_only(const struct db *db);

/* The last failure means: the folder or the file cannot be written. */
bool db_needs_write(const struct db *db);

/*
 * What the first bytes say, without opening the database in SQLite's sense: no lock, no side file,
 * no recovery. ERR_HISTORY when this is not a history of version `known` or older. *version is 0
 * for an empty file.
 */
int db_check_header(struct db *db, int known, int *version, struct err *err);

/*
 * Reads the schema: the cheapest question that a damaged database cannot answer. ERR_HISTORY also
 * when what a log or a journal makes of the file belongs to another program.
 */
int db_probe(struct db *db, struct err *err);

/*
 * Asks for write-ahead logging, or for a rollback journal where machines share the file and have no
 * memory in common. Someone else's use of the file may put it off to the next time. From now on what
 * was committed survives a power cut.
 */
void db_want_journal(struct db *db, bool shared);

/* The last failure means: the content cannot be what anyone has written. */
bool db_is_damaged(const struct db *db);

/* The path leads to another file by now, or to none. */
bool db_has_moved(const struct db *db);

/* From now on every write fails. */
int db_forbid_writes(struct db *db, struct err *err);

/* Whether closing leaves the write-ahead log alone, instead of moving it into the file. */
void db_leave_log(struct db *db, bool leave);

/* How long others are waited for; a stop signal cuts that short. */
void db_set_busy_ms(struct db *db, int ms);

/*
 * While a statement works goes_on is asked now and then; when it says false the statement fails. NULL: nobody
 * is asked any more.
 */
void db_watch(struct db *db, bool (*goes_on)(void *payload), void *payload);

/* Runs a script of statements that return nothing. */
int db_exec(struct db *db, const char *script, struct err *err);

/* 1 another connection has written since *version was noted, which notes it anew, 0 none has, -1. Begin with 0.
 * Asked inside a transaction that writes, the answer holds until that ends. */
int db_others_wrote(struct db *db, int64_t *version, struct err *err);

/* The first column of the first row. */
int db_ask_int(struct db *db, const char *sql, int64_t *out, struct err *err);

/*
 * A statement by its name in sql/, fresh: nothing bound, not started. Borrowed from the connection,
 * which keeps it prepared. Never NULL: what is wrong comes out when it is run.
 */
struct stmt *db_stmt(struct db *db, const char *name);

/* The id of the row that was inserted last. */
int64_t db_last_id(const struct db *db);

/* ERR_HISTORY: what the database holds cannot be; the format says what and where. Returns -1. */
int db_damaged(struct db *db, struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* ERR_HISTORY: it is another program's. Returns -1. */
int db_foreign(const struct db *db, struct err *err);

/* Translates the last failure of the connection; returns -1. */
int db_fail(struct db *db, int code, struct err *err);

/*
 *	CLEANUP(tx_end) struct tx tx = {0};
 *	if (tx_begin(&tx, db, TX_WRITE, err) < 0 || work(db, err) < 0)
 *		return -1;
 *	return tx_commit(&tx, err);
 *
 * TX_WRITE takes the write lock at once, and waits for it: two writers never meet in the middle. Inside
 * another transaction it is a step of that one, which is taken back alone.
 */
enum tx_kind { TX_READ, TX_WRITE };

struct tx {
	struct db *db;
	bool is_step;
};

/* Both fail with ERR_HISTORY when the file that is written has lost its path. */
int tx_begin(struct tx *tx, struct db *db, enum tx_kind kind, struct err *err);
int tx_commit(struct tx *tx, struct err *err);
void tx_end(struct tx *tx); /* takes everything back unless it was committed */

#endif
