/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a result costs at least as a row of its own: four integers bound and stepped, no index, one transaction.
 *
 *	sqlite_rows ROWS FILE
 *
 * Says the CPU time of that. Beside the room "history" the only place that includes <sqlite3.h>: it is what the
 * history is measured by.
 */
#include "cpu.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#define TESTS 20000

static int insert(sqlite3 *db, sqlite3_stmt *insert, long rows)
{
	for (long i = 0; i < rows; i++) {
		sqlite3_bind_int64(insert, 1, i % TESTS);
		sqlite3_bind_int64(insert, 2, i / TESTS);
		sqlite3_bind_int64(insert, 3, i % 300 == 0);
		sqlite3_bind_int64(insert, 4, i * 7919 % 60000);
		if (sqlite3_step(insert) != SQLITE_DONE || sqlite3_reset(insert) != SQLITE_OK) {
			fprintf(stderr, "sqlite_rows: %s\n", sqlite3_errmsg(db));
			return 1;
		}
	}
	return 0;
}

int main(int argc, char **argv)
{
	long rows = argc == 3 ? strtol(argv[1], NULL, 10) : 0;
	sqlite3 *db = NULL;
	sqlite3_stmt *row = NULL;
	double before = 0;
	int failed = rows <= 0 || sqlite3_open(argv[2], &db) != SQLITE_OK;

	failed = failed ||
		 sqlite3_exec(db,
			      "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
			      "CREATE TABLE result (test INTEGER, run INTEGER, outcome INTEGER,"
			      " duration INTEGER) STRICT; BEGIN",
			      NULL, NULL, NULL) != SQLITE_OK ||
		 sqlite3_prepare_v2(db, "INSERT INTO result VALUES (?, ?, ?, ?)", -1, &row, NULL) !=
			 SQLITE_OK;
	if (failed) {
		fprintf(stderr, "usage: sqlite_rows ROWS FILE (a new one)\n");
		return 2;
	}
	before = cpu_ms();
	failed = insert(db, row, rows) || sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK;
	printf("results %ld cpu_ms %.1f\n", rows, cpu_ms() - before);
	sqlite3_finalize(row);
	sqlite3_close(db);
	return failed;
}
