/* SPDX-License-Identifier: Apache-2.0 */
#include "history/check.h"

#include "base/str.h"
#include "history/block.h"

#include <inttypes.h>

struct blocks {
	struct block_cache cache;
	struct block block;
};

static void blocks_end(struct blocks *blocks)
{
	block_cache_release(&blocks->cache);
	block_release(&blocks->block);
}

static int has_row(struct check *check, int64_t attempt_id, int64_t test_id, bool *out,
		   struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(check->db, "care_has_row");
	int more;

	stmt_bind_int(row, ":attempt", attempt_id);
	stmt_bind_int(row, ":test", test_id);
	more = stmt_next(row, err);
	*out = more == 0;
	return more < 0 ? -1 : 0;
}

/* How many results the block tells by itself; and of the others each has to have a row. */
static int check_codes(struct check *check, int64_t id, const struct stmt *row,
		       const struct block *block, struct err *err)
{
	int64_t told = 0;
	bool whole = true;

	BLOCK_EACH(i, block)
	{
		bool by_row = (unsigned char)block->codes.data[i] == BLOCK_ROW;

		told += !by_row;
		if (!by_row || !whole) {
			continue;
		}
		if (has_row(check, stmt_col_int(row, 0), block->test_ids[i], &whole, err) < 0) {
			return check_is_content(check, err);
		}
		if (!whole) {
			check_note(check, "block", id, REMEDY_NONE,
				   "the row of test %" PRId64 " is not there", block->test_ids[i]);
		}
	}
	if (told != stmt_col_int(row, 1)) {
		check_note(check, "block", id, REMEDY_TOLD,
			   "tells %" PRId64 " results, and says that it tells %" PRId64, told,
			   stmt_col_int(row, 1));
	}
	check->out->results += (size_t)told;
	return 0;
}

/* What is wrong with its list or its pace is told there; here, that the block is none. */
static int check_block(struct check *check, int64_t id, struct blocks *blocks, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(check->db, "care_block");
	int more;

	check->out->blocks++;
	stmt_bind_int(row, ":id", id);
	more = stmt_next(row, err);
	if (more != 0) {
		return more < 0 ? check_is_content(check, err) : 0;
	}
	if (block_read(&blocks->block, &blocks->cache, row, 2, err) < 0) {
		check_note(check, "block", id, REMEDY_NONE,
			   "cannot be read: it, list %" PRId64 " or pace %" PRId64 " is damaged",
			   stmt_col_int(row, 2), stmt_col_int(row, 4));
		return check_is_content(check, err);
	}
	return check_codes(check, id, row, &blocks->block, err);
}

static int check_rows(struct check *check, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(check->db, "care_tests_of_rows");
	int more;

	while ((more = stmt_next(row, err)) == 0) {
		check->out->results += str_eq(stmt_col_borrow(row, 0), "result");
		if (!check_knows_test(check, stmt_col_int(row, 2))) {
			check_note(check, stmt_col_borrow(row, 0), stmt_col_int(row, 1),
				   REMEDY_NONE, "is of test %" PRId64 ", which is not there",
				   stmt_col_int(row, 2));
		}
	}
	return more < 0 ? check_is_content(check, err) : 0;
}

int check_results(struct check *check, struct err *err)
{
	CLEANUP(blocks_end) struct blocks blocks = {.cache = {.suites = {.db = check->db}}};
	CLEANUP(stmt_done) struct stmt *row = db_stmt(check->db, "care_blocks");
	int more;

	while ((more = stmt_next(row, err)) == 0) {
		if (check_step(check, 1, err) < 0 ||
		    check_block(check, stmt_col_int(row, 0), &blocks, err) < 0) {
			return -1;
		}
	}
	if (more < 0 && check_is_content(check, err) < 0) {
		return -1;
	}
	return check_rows(check, err);
}
