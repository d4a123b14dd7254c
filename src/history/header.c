/* SPDX-License-Identifier: Apache-2.0 */
#include "history/db.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <string.h>

/* Places in the first bytes of a database file; numbers are big-endian. */
#define HEADER_LEN            100
#define HEADER_MAGIC          "SQLite format 3" /* 16 bytes with its NUL */
#define HEADER_USER_VERSION   60
#define HEADER_APPLICATION_ID 68

static uint32_t read_be32(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       bytes[3];
}

/*
 * Through SQLite's own descriptor: closing one of ours would drop every POSIX lock that this
 * process holds on the file through another connection.
 */
static int read_header(struct db *db, unsigned char *header, sqlite3_int64 *size, struct err *err)
{
	sqlite3_file *file = NULL;
	int code = sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_FILE_POINTER, &file);

	if (code == SQLITE_OK) {
		code = file->pMethods->xFileSize(file, size);
	}
	if (code == SQLITE_OK && *size >= HEADER_LEN) {
		code = file->pMethods->xRead(file, header, HEADER_LEN, 0);
	}
	if (code != SQLITE_OK) {
		return err_set(err, ERR_HISTORY, "%s: cannot be read (%s)", db->path,
			       sqlite3_errstr(code));
	}
	return 0;
}

int db_foreign(const struct db *db, struct err *err)
{
	return err_set(err, ERR_HISTORY,
		       "%s: is not a steady history (another program's SQLite database)", db->path);
}

/* The power went while the first page was made: SQLite has a journal to take that back by, or will
 * say that this is no database. */
static bool is_blank(const unsigned char *header)
{
	static const unsigned char blank[HEADER_LEN] = {0};

	return memcmp(header, blank, HEADER_LEN) == 0;
}

int db_check_header(struct db *db, int known, int *version, struct err *err)
{
	unsigned char header[HEADER_LEN] = {0};
	sqlite3_int64 size = 0;
	int64_t written;

	*version = 0;
	if (read_header(db, header, &size, err) < 0) {
		return -1;
	}
	if (size == 0 || is_blank(header)) {
		return 0;
	}
	if (memcmp(header, HEADER_MAGIC, sizeof(HEADER_MAGIC)) != 0) {
		db->trouble = SQLITE_NOTADB;
		return err_set(err, ERR_HISTORY, "%s: is not a database", db->path);
	}
	if (read_be32(header + HEADER_APPLICATION_ID) != DB_APPLICATION_ID) {
		return db_foreign(db, err);
	}
	db->ours = true;
	written = read_be32(header + HEADER_USER_VERSION);
	if (written > known) {
		return err_set(err, ERR_HISTORY,
			       "%s: was written by a newer steady (schema %" PRId64
			       ", this one knows %d)",
			       db->path, written, known);
	}
	*version = (int)written;
	return 0;
}
