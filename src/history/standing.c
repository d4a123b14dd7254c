/* SPDX-License-Identifier: Apache-2.0 */
#include "history/standing.h"

#include "history/block.h"
#include "history/decode.h"
#include "history/id_map.h"

/* Attempts are walked through from the first to the last. */
struct standing {
	struct db *db;
	struct block_cache cache;
	struct block block;
	struct id_map tests; /* that failed at some time; BAD when the last attempt says so */
	size_t bad;
	bool troubled, any_result;
};

#define SEEN 1U
#define BAD  2U

static void standing_end(struct standing *standing)
{
	block_cache_release(&standing->cache);
	block_release(&standing->block);
	id_map_release(&standing->tests);
}

static void note_pass(struct standing *standing, int64_t test_id)
{
	unsigned *bits = id_map_get(&standing->tests, test_id);

	if (bits && *bits & BAD) {
		*bits &= ~BAD;
		standing->bad--;
	}
}

static void note_bad(struct standing *standing, int64_t test_id)
{
	if (!(id_map_add(&standing->tests, test_id, SEEN | BAD) & BAD)) {
		standing->bad++;
	}
}

/* While nothing is broken the blocks need not be read. */
static int walk_blocks(struct standing *standing, int64_t attempt_id, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(standing->db, "list_attempt_blocks");
	int more;

	stmt_bind_int(row, ":attempt", attempt_id);
	while ((more = stmt_next(row, err)) == 0) {
		standing->any_result = true;
		if (standing->bad == 0) {
			break;
		}
		if (block_read(&standing->block, &standing->cache, row, 0, err) < 0) {
			return -1;
		}
		BLOCK_EACH(i, &standing->block)
		{
			unsigned char code = (unsigned char)standing->block.codes.data[i];

			if (code != BLOCK_ROW && block_outcome(code) == OUTCOME_PASSED) {
				note_pass(standing, standing->block.test_ids[i]);
			}
		}
	}
	return more < 0 ? -1 : 0;
}

/* Of rows with test_id, outcome and failed_tries. */
static void note_row(struct standing *standing, const struct stmt *row, bool bad)
{
	enum outcome outcome = decode_outcome(stmt_col_borrow(row, 1));

	if (bad && outcome_is_bad(outcome)) {
		note_bad(standing, stmt_col_int(row, 0));
	}
	if (!bad && outcome == OUTCOME_PASSED) {
		note_pass(standing, stmt_col_int(row, 0));
	}
	standing->any_result = true;
	standing->troubled = standing->troubled || outcome_is_bad(outcome) ||
			     (outcome == OUTCOME_PASSED && stmt_col_int(row, 2) > 0);
}

static int walk_rows(struct standing *standing, int64_t attempt_id, bool bad, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(standing->db, "list_attempt_rows");
	int more;

	stmt_bind_int(row, ":attempt", attempt_id);
	while ((more = stmt_next(row, err)) == 0) {
		note_row(standing, row, bad);
	}
	return more < 0 ? -1 : 0;
}

/* Within one attempt the worst counts: passes first. They can only mend. */
static int walk_attempt(struct standing *standing, int64_t attempt_id, struct err *err)
{
	if (walk_blocks(standing, attempt_id, err) < 0 ||
	    (standing->bad > 0 && walk_rows(standing, attempt_id, false, err) < 0)) {
		return -1;
	}
	return walk_rows(standing, attempt_id, true, err);
}

static int walk_attempts(struct standing *standing, int64_t run_id, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *attempt = db_stmt(standing->db, "list_attempts");
	int more;

	stmt_bind_int(attempt, ":run", run_id);
	while ((more = stmt_next(attempt, err)) == 0) {
		if (walk_attempt(standing, stmt_col_int(attempt, 0), err) < 0) {
			return -1;
		}
	}
	return more < 0 ? -1 : 0;
}

int standing_outcome(struct db *db, int64_t run_id, enum run_outcome *out, struct err *err)
{
	CLEANUP(standing_end)
	struct standing standing = {.db = db, .cache = {.suites = {.db = db}}};
	CLEANUP(stmt_done) struct stmt *sum = db_stmt(db, "sum_suite_errors");
	bool last_has_errors;

	stmt_bind_int(sum, ":run", run_id);
	if (walk_attempts(&standing, run_id, err) < 0 || stmt_next(sum, err) < 0) {
		return -1;
	}
	last_has_errors = stmt_col_int(sum, 0) > 0;
	standing.troubled = standing.troubled || stmt_col_int(sum, 1) > 0;
	if (standing.bad > 0 || last_has_errors) {
		*out = RUN_FAILED;
	} else if (standing.troubled) {
		*out = RUN_FLAKY;
	} else {
		*out = standing.any_result ? RUN_PASSED : RUN_NO_RESULTS;
	}
	return 0;
}
