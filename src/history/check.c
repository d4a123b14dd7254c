/* SPDX-License-Identifier: Apache-2.0 */
#include "history/check.h"

#include "base/str.h"
#include "history/internal.h"

#include <stdlib.h>
#include <string.h>

void history_check_release(struct history_check *check)
{
	VEC_EACH (struct finding, finding, &check->findings) {
		free(finding->table);
		free(finding->what);
	}
	VEC_FREE(&check->findings);
}

void check_note(struct check *check, const char *table, int64_t id, enum remedy remedy,
		const char *fmt, ...)
{
	CLEANUP(buf_release) struct buf what = BUF_INIT(4096);
	struct finding *finding = NULL;
	va_list ap;

	if (check->out->findings.len == FINDINGS_MAX) {
		check->out->unlisted++;
		return;
	}
	va_start(ap, fmt);
	buf_vfmt(&what, fmt, ap);
	va_end(ap);
	finding = VEC_PUSH(&check->out->findings);
	finding->table = mem_str(table);
	finding->id = id;
	finding->remedy = remedy;
	finding->what = buf_take(&what);
}

static bool goes_on(void *payload)
{
	struct check *check = payload;

	check->stopped = check->stopped ||
			 (check->watch &&
			  !check->watch->tell(check->watch->payload, check->done, check->total));
	return !check->stopped;
}

static int stopped(struct err *err)
{
	return err_set(err, ERR_CANCELLED, "stopped");
}

int check_step(struct check *check, size_t steps, struct err *err)
{
	size_t left = check->total - check->done;

	check->done += steps < left ? steps : left;
	return goes_on(check) ? 0 : stopped(err);
}

int check_is_content(struct check *check, struct err *err)
{
	if (check->stopped) {
		return stopped(err);
	}
	if (!db_is_damaged(check->db)) {
		return -1;
	}
	err_clear(err);
	check->db->trouble = 0;
	return 0;
}

bool check_knows_test(const struct check *check, int64_t id)
{
	size_t low = 0, high = check->tests.len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (check->tests.items[middle].end <= id) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low < check->tests.len && check->tests.items[low].first <= id;
}

/* A sentence of SQLite's may go over several lines. */
static void note_sentence(struct check *check, const char *said)
{
	AUTO_FREE char *line = mem_str(said);

	for (char *at = strchr(line, '\n'); at; at = strchr(at, '\n')) {
		*at = ' ';
	}
	check_note(check, NULL, 0, REMEDY_REINDEX, "%s", line);
}

/* That nothing is wrong is a row too. */
static int ask_sqlite(struct check *check, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(check->db, "care_integrity");
	int more;

	while ((more = stmt_next(row, err)) == 0) {
		const char *said = str_or(stmt_col_borrow(row, 0), "");

		if (!str_eq(said, "ok")) {
			note_sentence(check, said);
		}
	}
	if (more < 0) {
		check_note(check, NULL, 0, REMEDY_NONE, "%s", err->msg);
		return check_is_content(check, err);
	}
	return 0;
}

static int check_references(struct check *check, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(check->db, "care_foreign_keys");
	int more;

	while ((more = stmt_next(row, err)) == 0) {
		check_note(check, str_or(stmt_col_borrow(row, 0), "?"), stmt_col_int(row, 1),
			   REMEDY_NONE, "refers to a row of %s that is not there",
			   str_or(stmt_col_borrow(row, 2), "?"));
	}
	return more < 0 ? check_is_content(check, err) : 0;
}

static int count_steps(struct check *check, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(check->db, "care_count_steps");

	if (stmt_next(row, err) < 0) {
		return check_is_content(check, err);
	}
	check->total = (size_t)stmt_col_int(row, 0);
	return 0;
}

static int check_all(struct check *check, struct err *err)
{
	static int (*const parts[])(struct check * check, struct err * err) = {
		count_steps, ask_sqlite,     check_references, check_tests,
		check_lists, check_failures, check_results,    check_rollups,
	};

	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		if (parts[i](check, err) < 0) {
			return check->stopped ? stopped(err) : -1;
		}
	}
	return 0;
}

int history_check(struct history *history, const struct history_watch *watch,
		  struct history_check *out, struct err *err)
{
	struct check check = {.db = &history->db, .watch = watch, .out = out};
	CLEANUP(tx_end) struct tx tx = {0};
	int done;

	*out = (struct history_check){0};
	if (tx_begin(&tx, check.db, TX_READ, err) < 0) {
		return -1;
	}
	db_watch(check.db, goes_on, &check);
	done = check_all(&check, err);
	db_watch(check.db, NULL, NULL);
	VEC_FREE(&check.tests);
	return done;
}
