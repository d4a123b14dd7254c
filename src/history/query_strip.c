/* SPDX-License-Identifier: Apache-2.0 */
#include "history/query.h"

#include "history/block.h"
#include "history/decode.h"
#include "history/id_map.h"
#include "history/roster.h"
#include "history/seen_reader.h"
#include "history/tests.h"

#include <stdlib.h>

/*
 * One test through the runs, from the newest on. Most blocks follow one of a few lists: where the test stands in a list
 * is looked up once, and a list without it costs nothing more. Of a thinned run the rollup still tells.
 */
struct strip {
	struct db *db;
	int64_t test_id;
	struct block_cache cache;
	struct block block;
	struct id_map
		places; /* from a list to the place of the test in it, plus 2; 1: it is not there */
	struct steady_history_result result;
	struct roster roster; /* the last one, of a thinned run */
	int64_t roster_id;
};

static void strip_end(struct strip *strip)
{
	block_cache_release(&strip->cache);
	block_release(&strip->block);
	id_map_release(&strip->places);
	roster_release(&strip->roster);
}

/* -1 when the list does not have it; -2 failed. */
static int64_t place_in(struct strip *strip, int64_t suite_id, struct err *err)
{
	const unsigned *known = id_map_get(&strip->places, suite_id);
	const struct suite_ids *ids = NULL;
	size_t at = 0;

	if (known) {
		return (int64_t)*known - 2;
	}
	if (suite_cache_get(&strip->cache.suites, suite_id, &ids, err) < 0) {
		return -2;
	}
	while (at < ids->len && ids->items[at] != strip->test_id) {
		at++;
	}
	id_map_add(&strip->places, suite_id, at < ids->len ? (unsigned)at + 2 : 1);
	return at < ids->len ? (int64_t)at : -1;
}

/* What a row of its own tells: 0, 1 there is none, -1. */
static int read_row(struct strip *strip, int64_t attempt_id, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(strip->db, "query_row");
	int more;

	stmt_bind_int(row, ":attempt", attempt_id);
	stmt_bind_int(row, ":test", strip->test_id);
	more = stmt_next(row, err);
	if (more == 0) {
		strip->result.outcome =
			(enum steady_history_outcome)decode_outcome(stmt_col_borrow(row, 0));
		strip->result.duration_us = stmt_col_known(row, 1);
		strip->result.failed_tries = (unsigned)decode_int(row, 2);
	}
	return more;
}

/* 0 told, 1 nothing is said of it, -1. A row outweighs what a byte says of a test that stands there twice. */
static int read_attempt(struct strip *strip, int64_t attempt_id, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(strip->db, "list_attempt_blocks");
	int more, told = read_row(strip, attempt_id, err);

	stmt_bind_int(row, ":attempt", attempt_id);
	while (told == 1 && (more = stmt_next(row, err)) != 1) {
		int64_t at = more < 0 ? -2 : place_in(strip, stmt_col_int(row, 0), err);
		const struct pace *pace = NULL;
		unsigned char code;

		if (at == -1) {
			continue;
		}
		if (at == -2 ||
		    block_read_told(&strip->block, &strip->cache, row, 0, &pace, err) < 0) {
			return -1;
		}
		code = (unsigned char)(strip->block.codes.data[at] +
				       (pace ? pace_code(pace, strip->test_id) : 0));
		if (code != BLOCK_ROW) {
			strip->result.outcome = (enum steady_history_outcome)block_outcome(code);
			strip->result.duration_us = block_duration_us(code);
			told = 0;
		}
	}
	return told;
}

/* From the roster: 0 the run ran it, or skipped it, 1 it did not know it, -1. */
static int read_roster(struct strip *strip, int64_t roster_id, struct err *err)
{
	if (strip->roster_id != roster_id &&
	    roster_load(strip->db, roster_id, &strip->roster, err) < 0) {
		return -1;
	}
	strip->roster_id = roster_id;
	VEC_EACH (const struct roster_test, test, &strip->roster) {
		if (test->id == strip->test_id) {
			strip->result.outcome =
				test->skipped ? STEADY_HISTORY_SKIPPED : STEADY_HISTORY_PASSED;
			return 0;
		}
	}
	return 1;
}

/* Where it did more than pass. */
static int read_seen(struct strip *strip, const struct stmt *row, struct err *err)
{
	struct seen_reader reader = seen_reader_open(row, 2);
	int more;

	while ((more = seen_reader_next(&reader, err)) == 0) {
		if (reader.seen.test_id == strip->test_id) {
			strip->result.outcome = (enum steady_history_outcome)reader.seen.what.first;
			strip->result.duration_us = reader.seen.what.duration_us;
		}
	}
	return more < 0 ? -1 : 0;
}

/* As read_attempt(), of a run whose results were dropped. */
static int read_rollup(struct strip *strip, int64_t run_id, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(strip->db, "query_rollup");
	int more;

	stmt_bind_int(row, ":run", run_id);
	more = stmt_next(row, err);
	if (more != 0 || stmt_col_is_null(row, 1)) {
		return more < 0 ? -1 : 1;
	}
	more = read_roster(strip, stmt_col_int(row, 1), err);
	return more == 0 ? read_seen(strip, row, err) : more;
}

static int tell(struct strip *strip, const struct stmt *run,
		int (*on_result)(void *payload, const struct steady_history_result *result),
		void *payload, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = NULL;
	int more;

	query_run(run, &strip->result.run);
	strip->result.retry = NULL;
	if (strip->result.outcome >= STEADY_HISTORY_FAILED) {
		row = db_stmt(strip->db, "query_retry");
		stmt_bind_int(row, ":run", stmt_col_int(run, 0));
		stmt_bind_int(row, ":test", strip->test_id);
		more = stmt_next(row, err);
		if (more < 0) {
			return -1;
		}
		strip->result.retry = more == 0 ? stmt_col_borrow(row, 0) : NULL;
	}
	return on_result(payload, &strip->result);
}

/* 0 told, 1 nothing to tell, -1. */
static int look(struct strip *strip, const struct stmt *run, struct err *err)
{
	strip->result = (struct steady_history_result){.duration_us = -1};
	if (stmt_col_int(run, 9)) {
		return read_rollup(strip, stmt_col_int(run, 0), err);
	}
	return stmt_col_is_null(run, 10) ? 1 : read_attempt(strip, stmt_col_int(run, 10), err);
}

int steady_history_strip(struct steady_history *history, const char *test_id,
			 const struct steady_history_window *window, size_t most,
			 int (*on_result)(void *payload,
					  const struct steady_history_result *result),
			 void *payload)
{
	struct db *db = &history->history->db;
	CLEANUP(strip_end) struct strip strip = {.db = db, .cache = {.suites = {.db = db}}};
	CLEANUP(tx_end) struct tx tx = {0};
	CLEANUP(stmt_done) struct stmt *run = NULL;
	struct err err = ERR_INIT;
	size_t told = 0;
	int more = tx_begin(&tx, db, TX_READ, &err), done = 0;

	err_clear(&history->err);
	if (more == 0) {
		more = tests_find(db, test_id, &strip.test_id, &err);
	}
	if (more != 0) {
		return more < 0 ? query_failed(history, &err) : 0;
	}
	run = query_window(db, "query_runs", window);
	while (done == 0 && (most == 0 || told < most) && (more = stmt_next(run, &err)) == 0) {
		more = look(&strip, run, &err);
		if (more == 0) {
			told++;
			done = tell(&strip, run, on_result, payload, &err);
		}
		if (more < 0) {
			break;
		}
	}
	return more < 0 || (done < 0 && err.code) ? query_failed(history, &err) : done;
}
