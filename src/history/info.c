/* SPDX-License-Identifier: Apache-2.0 */
#include "history/care.h"

#include "history/decode.h"
#include "history/internal.h"
#include "history/space.h"
#include "os/file.h"

#include <stdlib.h>

static int count_all(struct db *db, struct history_contents *out, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(db, "care_contents");
	int64_t version = 0;

	if (db_ask_int(db, "PRAGMA user_version", &version, err) < 0 || stmt_next(row, err) < 0) {
		return -1;
	}
	out->schema = (int)version;
	out->runs = stmt_col_int(row, 0);
	out->results = stmt_col_int(row, 1);
	out->tests = stmt_col_int(row, 2);
	out->waits = stmt_col_int(row, 3);
	out->thinned = stmt_col_int(row, 4);
	out->failures = stmt_col_int(row, 5);
	out->texts = stmt_col_int(row, 6);
	out->first_us = stmt_col_int(row, 7);
	out->last_us = stmt_col_int(row, 8);
	return 0;
}

static int list_jobs(struct db *db, struct history_contents *out, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(db, "care_jobs");
	int more;

	while ((more = stmt_next(row, err)) == 0) {
		*VEC_PUSH(&out->jobs) = (struct job_contents){
			.job = decode_text(row, 0),
			.runs = stmt_col_int(row, 1),
			.results = stmt_col_int(row, 2),
			.failed = stmt_col_int(row, 3),
			.first_us = stmt_col_int(row, 4),
			.last_us = stmt_col_int(row, 5),
		};
	}
	return more < 0 ? -1 : 0;
}

static void look_at_files(const char *path, struct history_contents *out)
{
	AUTO_FREE char *log = mem_fmt("%s-wal", path);
	struct file_stamp stamp;

	out->bytes = file_stamp(path, &stamp) == 0 ? stamp.size : 0;
	out->log_bytes = file_stamp(log, &stamp) == 0 ? stamp.size : 0;
}

int history_contents(struct history *history, struct history_contents *out, struct err *err)
{
	CLEANUP(tx_end) struct tx tx = {0};
	struct db *db = &history->db;

	*out = (struct history_contents){0};
	look_at_files(db->path, out);
	out->measured = space_has_pages(db);
	if (tx_begin(&tx, db, TX_READ, err) < 0 || count_all(db, out, err) < 0 ||
	    list_jobs(db, out, err) < 0 || space_measure(db, out->measured, out->space, err) < 0) {
		return -1;
	}
	return tx_commit(&tx, err);
}

void history_contents_release(struct history_contents *contents)
{
	VEC_EACH (struct job_contents, job, &contents->jobs) {
		free(job->job);
	}
	VEC_FREE(&contents->jobs);
}
