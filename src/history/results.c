/* SPDX-License-Identifier: Apache-2.0 */
#include "history/results.h"

#include "history/block.h"
#include "history/decode.h"
#include "history/failure_text.h"
#include "history/id_map.h"
#include "history/name_row.h"
#include "history/test_days.h"

#include <stdlib.h>

/* What an attempt holds before something is added. */
struct holding {
	int64_t run_id, started_us;
	int64_t blocks; /* the number of the next one */
	bool rows;
};

static int look_at_attempt(struct db *db, int64_t attempt_id, struct holding *out, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *look = db_stmt(db, "look_at_attempt");

	stmt_bind_int(look, ":attempt", attempt_id);
	if (stmt_next(look, err) < 0) {
		return -1;
	}
	out->blocks = stmt_col_int(look, 0);
	out->rows = stmt_col_int(look, 1) != 0;
	out->run_id = stmt_col_int(look, 2);
	out->started_us = stmt_col_int(look, 3);
	return 0;
}

/* In the map of outcomes: one bit each, and whether the test was named. */
#define OUTCOME_BIT(outcome) (1U << (outcome))
#define NAMED_BIT            (1U << 8)

static int add_block_outcomes(struct db *db, int64_t attempt_id, struct id_map *outcomes,
			      struct err *err)
{
	CLEANUP(block_cache_release) struct block_cache cache = {.suites = {.db = db}};
	CLEANUP(block_release) struct block block = {0};
	CLEANUP(stmt_done) struct stmt *row = db_stmt(db, "list_attempt_blocks");
	int more;

	stmt_bind_int(row, ":attempt", attempt_id);
	while ((more = stmt_next(row, err)) == 0) {
		if (block_read(&block, &cache, row, 0, err) < 0) {
			return -1;
		}
		BLOCK_EACH(i, &block)
		{
			unsigned char code = (unsigned char)block.codes.data[i];

			if (code != BLOCK_ROW) {
				id_map_add(outcomes, block.test_ids[i],
					   OUTCOME_BIT(block_outcome(code)));
			}
		}
	}
	return more < 0 ? -1 : 0;
}

static int add_row_outcomes(struct db *db, int64_t attempt_id, struct id_map *outcomes,
			    struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(db, "list_attempt_rows");
	int more;

	stmt_bind_int(row, ":attempt", attempt_id);
	while ((more = stmt_next(row, err)) == 0) {
		id_map_add(outcomes, stmt_col_int(row, 0),
			   OUTCOME_BIT(decode_outcome(stmt_col_borrow(row, 1))));
	}
	return more < 0 ? -1 : 0;
}

static void name_conflict(const struct result *result, struct strv *conflicts)
{
	struct buf shown = BUF_INIT(BUF_OWN_MAX);

	test_name_show(&result->test, &shown);
	strv_give(conflicts, buf_take(&shown));
}

static int find_conflicts(struct db *db, int64_t attempt_id, const struct result_refs *results,
			  const struct suite *suite, struct strv *conflicts, struct err *err)
{
	CLEANUP(id_map_release) struct id_map outcomes = {0};

	if (add_block_outcomes(db, attempt_id, &outcomes, err) < 0 ||
	    add_row_outcomes(db, attempt_id, &outcomes, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < results->len; i++) {
		const struct result *result = results->items[i];
		unsigned bit = OUTCOME_BIT(result->outcome);
		unsigned before = id_map_add(&outcomes, suite->test_ids[i], bit);

		if ((before & ~bit & ~NAMED_BIT) && !(before & NAMED_BIT)) {
			id_map_add(&outcomes, suite->test_ids[i], NAMED_BIT);
			name_conflict(result, conflicts);
		}
	}
	return 0;
}

/* Where results go, and what has to be looked at on the way. */
struct target {
	struct db *db;
	int64_t attempt_id;
	struct holding holding;
	struct suite suite;
	struct frame_writer failures;
	struct test_page page; /* with names on record */
};

static void target_release(struct target *target)
{
	suite_release(&target->suite);
	frame_writer_release(&target->failures);
	test_page_release(&target->page);
}

/* The number of the next row of that test. */
static int next_nth(const struct target *target, int64_t test_id, int64_t *nth, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *next = NULL;

	*nth = 0;
	if (!target->holding.rows && !target->suite.repeats) {
		return 0;
	}
	next = db_stmt(target->db, "next_result_nth");
	stmt_bind_int(next, ":attempt", target->attempt_id);
	stmt_bind_int(next, ":test", test_id);
	if (stmt_next(next, err) < 0) {
		return -1;
	}
	*nth = stmt_col_int(next, 0);
	return 0;
}

static int write_row(struct target *target, int64_t test_id, const struct result *result,
		     struct err *err)
{
	struct stmt *insert;
	int64_t failure_id = 0;
	int64_t nth = 0;

	if ((result->failure &&
	     failure_store(&target->failures, result->failure, &failure_id, err) < 0) ||
	    next_nth(target, test_id, &nth, err) < 0) {
		return -1;
	}
	insert = db_stmt(target->db, "insert_result");
	stmt_bind_int(insert, ":attempt", target->attempt_id);
	stmt_bind_int(insert, ":test", test_id);
	stmt_bind_int(insert, ":nth", nth);
	stmt_bind_text(insert, ":outcome", outcome_name(result->outcome));
	stmt_bind_known(insert, ":duration", result->duration_us);
	stmt_bind_int(insert, ":failed_tries", result->failed_tries);
	stmt_bind_known(insert, ":failure", failure_id > 0 ? failure_id : -1);
	return stmt_run(insert, err);
}

void fresh_blocks_release(struct fresh_blocks *fresh)
{
	VEC_EACH (struct fresh_block, block, fresh) {
		free(block->test_ids);
		free(block->codes);
	}
	VEC_FREE(fresh);
}

/* What was written goes over to the caller. */
static void keep_fresh(struct target *target, unsigned char **codes, struct fresh_blocks *fresh)
{
	struct suite *suite = &target->suite;

	if (!fresh) {
		return;
	}
	if (suite->places) {
		fresh->partial = true;
		return;
	}
	*VEC_PUSH(fresh) = (struct fresh_block){
		.attempt_id = target->attempt_id,
		.test_ids = TAKE(suite->test_ids),
		.codes = TAKE(*codes),
		.len = suite->len,
	};
}

static int write_block(struct target *target, const struct result_refs *results,
		       struct fresh_blocks *fresh, struct err *err)
{
	AUTO_FREE unsigned char *codes = mem_array(results->len, 1);
	const struct suite *suite = &target->suite;
	const struct block_target place = {
		.db = target->db,
		.run_id = target->holding.run_id,
		.attempt_id = target->attempt_id,
		.nth = target->holding.blocks,
	};

	for (size_t i = 0; i < results->len; i++) {
		const struct result *result = results->items[i];
		unsigned char code = block_code(result);

		codes[suite->places ? suite->places[i] : i] = code;
		if (code == BLOCK_ROW &&
		    (write_row(target, suite->test_ids[i], result, err) < 0 ||
		     name_row_add(target->db, suite->test_ids[i], &target->page, err) < 0)) {
			return -1;
		}
	}
	if (frame_writer_flush(&target->failures, err) < 0) {
		return -1;
	}
	if (block_write(&place, suite, codes, err) < 0) {
		return -1;
	}
	keep_fresh(target, &codes, fresh);
	return 0;
}

static int write_piece(struct db *db, int64_t attempt_id, const struct result_refs *results,
		       struct strv *conflicts, struct fresh_blocks *fresh, struct err *err)
{
	CLEANUP(target_release)
	struct target target = {.db = db, .attempt_id = attempt_id, .failures = {.db = db}};
	struct suite_request request = {.results = results};
	struct holding *holding = &target.holding;
	struct suite *suite = &target.suite;

	if (look_at_attempt(db, attempt_id, holding, err) < 0) {
		return -1;
	}
	request.day = day_of(holding->started_us);
	if (suite_settle(db, &request, suite, err) < 0) {
		return -1;
	}
	if (conflicts && (holding->blocks > 0 || holding->rows || suite->repeats) &&
	    find_conflicts(db, attempt_id, results, suite, conflicts, err) < 0) {
		return -1;
	}
	return write_block(&target, results, fresh, err);
}

int results_write(struct db *db, int64_t attempt_id, const struct result_refs *results,
		  struct strv *conflicts, struct fresh_blocks *fresh, struct err *err)
{
	for (size_t at = 0; at < results->len; at += BLOCK_MAX) {
		struct result_refs piece = {
			.items = results->items + at,
			.len = results->len - at < BLOCK_MAX ? results->len - at : BLOCK_MAX,
		};

		if (write_piece(db, attempt_id, &piece, conflicts, fresh, err) < 0) {
			return -1;
		}
	}
	return 0;
}
