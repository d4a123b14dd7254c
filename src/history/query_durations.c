/* SPDX-License-Identifier: Apache-2.0 */
#include "history/query.h"

#include "history/block.h"
#include "history/tests.h"

#include <stdlib.h>
#include <string.h>

/* How often each code came: of one test, or of all tests by their ids. */
struct counts {
	struct db *db;
	int64_t only; /* 0: all */
	uint32_t (*codes)[BLOCK_UNTIMED];
	size_t len; /* ids up to that, exclusive */
	struct block_cache cache;
	struct block block;
};

static void counts_end(struct counts *counts)
{
	free(counts->codes);
	block_cache_release(&counts->cache);
	block_release(&counts->block);
}

/* Ids are consecutive, so that twice the room is soon enough. */
static void make_room(struct counts *counts, int64_t id)
{
	size_t len = counts->len ? counts->len : 1024;

	if ((size_t)id < counts->len) {
		return;
	}
	while (len <= (size_t)id) {
		len *= 2;
	}
	counts->codes = mem_resize(counts->codes, len, sizeof(*counts->codes));
	memset(counts->codes + counts->len, 0, (len - counts->len) * sizeof(*counts->codes));
	counts->len = len;
}

static int add_block(struct counts *counts, struct err *err)
{
	BLOCK_EACH(i, &counts->block)
	{
		unsigned char code = (unsigned char)counts->block.codes.data[i];
		int64_t id = counts->block.test_ids[i];

		if (code >= BLOCK_UNTIMED || (counts->only && id != counts->only)) {
			continue;
		}
		if (id < 1 || id > INT32_MAX) {
			return db_damaged(counts->db, err, "a list of tests");
		}
		make_room(counts, counts->only ? 0 : id);
		counts->codes[counts->only ? 0 : id][code]++;
	}
	return 0;
}

static int add_blocks(struct counts *counts, const struct steady_history_window *window,
		      struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = query_window(counts->db, "query_blocks", window);
	int more;

	while ((more = stmt_next(row, err)) == 0) {
		if (block_read(&counts->block, &counts->cache, row, 0, err) < 0 ||
		    add_block(counts, err) < 0) {
			return -1;
		}
	}
	return more < 0 ? -1 : 0;
}

static int64_t quantile(const uint32_t *codes, size_t passes, double share)
{
	size_t rank = query_rank(passes, share);
	unsigned code = 0;

	for (size_t before = codes[0]; before <= rank; before += codes[code]) {
		code++;
	}
	return block_duration_us((unsigned char)code);
}

static int tell(const struct counts *counts, int64_t id, struct test_page *page,
		int (*on_test)(void *payload, const struct steady_history_duration *duration),
		void *payload, struct err *err)
{
	const uint32_t *codes = counts->codes[counts->only ? 0 : id];
	struct steady_history_duration duration = {0};
	char identity[TEST_ID_LEN + 1];
	const struct known_test *test;
	int more;

	for (size_t i = 0; i < BLOCK_UNTIMED; i++) {
		duration.passes += codes[i];
	}
	if (duration.passes == 0) {
		return 0;
	}
	more = test_page_find(counts->db, id, page, err);
	if (more != 0) {
		return more < 0 ? -1 : 0;
	}
	test = &page->tests.items[id - page->first_id];
	known_test_id(test, identity);
	query_test(&test->name, identity, &duration.test);
	duration.p50_us = quantile(codes, duration.passes, 0.5);
	duration.p95_us = quantile(codes, duration.passes, 0.95);
	return on_test(payload, &duration);
}

int steady_history_durations(struct steady_history *history, const char *test_id,
			     const struct steady_history_window *window,
			     int (*on_test)(void *payload,
					    const struct steady_history_duration *duration),
			     void *payload)
{
	struct db *db = &history->history->db;
	CLEANUP(counts_end) struct counts counts = {.db = db, .cache = {.suites = {.db = db}}};
	CLEANUP(test_page_release) struct test_page page = {0};
	CLEANUP(tx_end) struct tx tx = {0};
	struct err err = ERR_INIT;
	int more = tx_begin(&tx, db, TX_READ, &err), done = 0;

	err_clear(&history->err);
	if (more == 0 && test_id) {
		more = tests_find(db, test_id, &counts.only, &err);
	}
	if (more != 0 || add_blocks(&counts, window, &err) < 0) {
		return more == 1 ? 0 : query_failed(history, &err);
	}
	for (size_t i = 0; i < counts.len && done == 0 && !err.code; i++) {
		if (!counts.only || i == 0) {
			done = tell(&counts, counts.only ? counts.only : (int64_t)i, &page, on_test,
				    payload, &err);
		}
	}
	return err.code ? query_failed(history, &err) : done;
}
