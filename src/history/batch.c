/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history.h"

#include "history/internal.h"
#include "history/load_run.h"
#include "history/record.h"

int history_begin(struct history *history, struct err *err)
{
	if (tx_begin(&history->batch, &history->db, TX_WRITE, err) < 0) {
		history_take_back(history);
		return -1;
	}
	return 0;
}

int history_commit(struct history *history, struct err *err)
{
	int done = tx_commit(&history->batch, err);

	history_take_back(history);
	return done;
}

void history_take_back(struct history *history)
{
	tx_end(&history->batch);
}

static int find_attempt(struct history *history, const struct run *run, int64_t *attempt_id,
			struct err *err)
{
	CLEANUP(stmt_done) struct stmt *find = db_stmt(&history->db, "find_run");
	CLEANUP(stmt_done) struct stmt *attempt = NULL;
	int64_t run_id = 0;
	int more;

	record_bind_run_name(find, run);
	more = stmt_find(find, &run_id, err);
	if (more != 0) {
		return more;
	}
	attempt = db_stmt(&history->db, "find_attempt");
	stmt_bind_int(attempt, ":run", run_id);
	stmt_bind_int(attempt, ":number", run->attempts.items[0].number);
	return stmt_find(attempt, attempt_id, err);
}

int history_known_files(struct history *history, const struct run *run,
			struct results_file_list *out, struct err *err)
{
	int64_t attempt_id = 0;
	int none = find_attempt(history, run, &attempt_id, err);

	if (none != 0) {
		return none < 0 ? -1 : 0;
	}
	return attempt_load_files(&history->db, attempt_id, out, err);
}
