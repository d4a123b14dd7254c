/* SPDX-License-Identifier: Apache-2.0 */
#include "history/care.h"

#include "base/str.h"
#include "history/block.h"
#include "history/internal.h"
#include "history/name_row.h"
#include "history/rollup.h"
#include "history/test_index.h"
#include "history/test_page.h"

/*
 * Makes again what follows from other things. Whatever cannot be read stays as it is: what was made of it
 * earlier may be all that is left.
 */
struct repair {
	struct db *db;
	const struct history_check *check;
	struct test_page page;
	struct block_cache cache;
};

static void repair_end(struct repair *repair)
{
	test_page_release(&repair->page);
	block_cache_release(&repair->cache);
}

/* Behind something that failed: 1 when a content is at fault, so that it stays as it is; else -1. */
static int leave(struct repair *repair, struct err *err)
{
	if (!db_is_damaged(repair->db)) {
		return -1;
	}
	err_clear(err);
	repair->db->trouble = 0;
	return 1;
}

/* Each of these: 0 made, 1 left alone, -1. */
static int make_indexes(struct repair *repair, const struct finding *finding, struct err *err)
{
	(void)finding;
	return db_exec(repair->db, "REINDEX", err) < 0 ? leave(repair, err) : 0;
}

static int make_rollup(struct repair *repair, const struct finding *finding, struct err *err)
{
	return rollup_make(repair->db, finding->id, NULL, err) < 0 ? leave(repair, err) : 0;
}

static int add_page(struct repair *repair, struct err *err)
{
	const struct test_page *page = &repair->page;
	AUTO_FREE struct test_key *keys = mem_array(page->tests.len, sizeof(*keys));
	char identity[TEST_ID_LEN + 1];

	for (size_t i = 0; i < page->tests.len; i++) {
		known_test_id(&page->tests.items[i], identity);
		keys[i].hash = hash_from_hex(identity);
		keys[i].id = page->first_id + (int64_t)i;
		keys[i].at = i;
	}
	test_index_sort(keys, page->tests.len);
	return test_index_add(repair->db, keys, page->tests.len, err);
}

/* What the pages do not tell the index alone knows. */
static bool pages_are_whole(const struct history_check *check)
{
	VEC_EACH (const struct finding, finding, &check->findings) {
		if (str_eq(finding->table, "test_page")) {
			return false;
		}
	}
	return check->unlisted == 0;
}

static int make_index(struct repair *repair, const struct finding *finding, struct err *err)
{
	int64_t id = 0;
	int more;

	(void)finding;
	if (!pages_are_whole(repair->check)) {
		return 1;
	}
	if (stmt_run(db_stmt(repair->db, "care_empty_index"), err) < 0) {
		return leave(repair, err);
	}
	while ((more = test_page_next(repair->db, id, &repair->page, err)) == 0) {
		if (add_page(repair, err) < 0) {
			return -1;
		}
		id = repair->page.first_id + (int64_t)repair->page.tests.len - 1;
	}
	return more < 0 ? -1 : 0;
}

static int make_name(struct repair *repair, const struct finding *finding, struct err *err)
{
	struct stmt *forget = db_stmt(repair->db, "care_forget_name");

	stmt_bind_int(forget, ":test", finding->id);
	if (stmt_run(forget, err) < 0 ||
	    name_row_add(repair->db, finding->id, &repair->page, err) < 0) {
		return -1;
	}
	return 0;
}

/* 1 when the block is gone by now. */
static int count_told(struct repair *repair, int64_t id, int64_t *told, struct err *err)
{
	CLEANUP(block_release) struct block block = {0};
	CLEANUP(stmt_done) struct stmt *row = db_stmt(repair->db, "care_block");

	int more;

	stmt_bind_int(row, ":id", id);
	more = stmt_next(row, err);
	if (more != 0 || block_read(&block, &repair->cache, row, 2, err) < 0) {
		return more > 0 ? 1 : -1;
	}
	BLOCK_EACH(i, &block)
	{
		*told += (unsigned char)block.codes.data[i] != BLOCK_ROW;
	}
	return 0;
}

static int make_told(struct repair *repair, const struct finding *finding, struct err *err)
{
	struct stmt *tell = NULL;
	int64_t told = 0;
	int gone = count_told(repair, finding->id, &told, err);

	if (gone != 0) {
		return gone < 0 ? leave(repair, err) : gone;
	}
	tell = db_stmt(repair->db, "care_tell");
	stmt_bind_int(tell, ":id", finding->id);
	stmt_bind_int(tell, ":told", told);
	return stmt_run(tell, err);
}

/* Those that take everything at once take it once. */
static const struct {
	int (*make)(struct repair *repair, const struct finding *finding, struct err *err);
	bool once;
} remedies[] = {
	[REMEDY_REINDEX] = {make_indexes, true}, [REMEDY_ROLLUP] = {make_rollup, false},
	[REMEDY_INDEX] = {make_index, true},     [REMEDY_NAME] = {make_name, false},
	[REMEDY_TOLD] = {make_told, false},
};

/* All findings of one remedy. */
static int apply(struct repair *repair, enum remedy remedy, size_t *made, struct err *err)
{
	int last = -1;

	VEC_EACH (const struct finding, finding, &repair->check->findings) {
		if (finding->remedy != remedy) {
			continue;
		}
		if (last < 0 || !remedies[remedy].once) {
			last = remedies[remedy].make(repair, finding, err);
		}
		if (last < 0) {
			return -1;
		}
		*made += last == 0;
	}
	return 0;
}

int history_repair(struct history *history, const struct history_check *check, size_t *made,
		   struct err *err)
{
	CLEANUP(repair_end)
	struct repair repair = {
		.db = &history->db, .check = check, .cache = {.suites = {.db = &history->db}}};
	CLEANUP(tx_end) struct tx tx = {0};
	size_t count = 0;

	*made = 0;
	if (tx_begin(&tx, &history->db, TX_WRITE, err) < 0) {
		return -1;
	}
	for (size_t remedy = REMEDY_NONE + 1; remedy < ARRAY_LEN(remedies); remedy++) {
		if (apply(&repair, (enum remedy)remedy, &count, err) < 0) {
			return -1;
		}
	}
	if (tx_commit(&tx, err) < 0) {
		return -1;
	}
	*made = count;
	return 0;
}
