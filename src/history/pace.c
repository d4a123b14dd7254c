/* SPDX-License-Identifier: Apache-2.0 */
#include "history/pace.h"

#include "history/block.h"
#include "history/pack.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define LEN_MIN   64                /* a shorter list is told by itself */
#define LEN_MAX   ((size_t)1 << 20) /* tests with greater ids have no pace */
#define SAMPLES   16                /* runs that a median is taken of */
#define DUE_FIRST SAMPLES           /* runs until one that came of a single run is taken anew */
#define DUE_LATER 512               /* and one that is a median */

void pace_release(struct pace *pace)
{
	buf_release(&pace->codes);
	*pace = (struct pace){0};
}

static int read_pace(struct db *db, const struct stmt *row, struct pace *out, struct err *err)
{
	out->id = stmt_col_int(row, 0);
	out->codes.max = PACK_MAX;
	buf_clear(&out->codes);
	return stmt_col_unpack(row, 1, &out->codes) ? 0
						    : db_damaged(db, err, "pace %" PRId64, out->id);
}

int pace_load(struct db *db, int64_t id, struct pace *pace, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = NULL;
	int more;

	if (pace->id == id) {
		return 0;
	}
	row = db_stmt(db, "load_pace");
	stmt_bind_int(row, ":id", id);
	more = stmt_next(row, err);
	if (more != 0) {
		return more < 0 ? -1 : db_damaged(db, err, "pace %" PRId64 " is gone", id);
	}
	return read_pace(db, row, pace, err);
}

static int load_newest(struct db *db, struct pace *out, int64_t *due_run, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(db, "load_newest_pace");
	int more = stmt_next(row, err);

	*due_run = INT64_MAX;
	if (more != 0) {
		return more < 0 ? -1 : 0;
	}
	*due_run = stmt_col_int(row, 2);
	return read_pace(db, row, out, err);
}

static int store(struct db *db, struct pace *pace, int64_t due_run, struct err *err)
{
	CLEANUP(buf_release) struct buf packed = BUF_INIT(BUF_OWN_MAX);
	struct stmt *insert = db_stmt(db, "insert_pace");

	pack_add(&packed, pace->codes.data, pace->codes.len);
	stmt_bind_int(insert, ":due_run", due_run);
	stmt_bind_blob(insert, ":codes", &packed);
	if (stmt_run(insert, err) < 0) {
		return -1;
	}
	pace->id = db_last_id(db);
	return 0;
}

static void set_code(struct pace *pace, int64_t test_id, unsigned char code)
{
	static const char zeros[256];

	if (test_id < 1 || (uint64_t)test_id > LEN_MAX) {
		return;
	}
	while (pace->codes.len < (size_t)test_id) {
		size_t missing = (size_t)test_id - pace->codes.len;

		buf_add(&pace->codes, zeros, missing < sizeof(zeros) ? missing : sizeof(zeros));
	}
	pace->codes.data[test_id - 1] = (char)code;
}

/* Many of the tests are unknown to it: they are added, with what they do now. */
static bool add_unknown(struct pace *pace, const struct suite *suite, const unsigned char *codes)
{
	size_t known = pace->codes.len, unknown = 0;

	for (size_t i = 0; i < suite->len; i++) {
		unknown += suite->test_ids[i] > (int64_t)known;
	}
	/* At the end of the second: were all tests new in every run, each pace would hold them all. */
	if (unknown * 4 <= suite->len || unknown * 8 < known) {
		return false;
	}
	for (size_t i = 0; i < suite->len; i++) {
		size_t at = suite->places ? suite->places[i] : i;

		if (suite->test_ids[i] > (int64_t)known) {
			set_code(pace, suite->test_ids[i], codes[at]);
		}
	}
	return true;
}

/* The codes of some runs, test by test. */
struct samples {
	struct db *db;
	struct block_cache cache;
	struct block block;
	unsigned char (*codes)[SAMPLES];
	unsigned char *counts;
	size_t len; /* the highest id */
};

static void samples_end(struct samples *samples)
{
	block_cache_release(&samples->cache);
	block_release(&samples->block);
	free(samples->codes);
	free(samples->counts);
}

static void add_block(struct samples *samples)
{
	BLOCK_EACH(i, &samples->block)
	{
		int64_t id = samples->block.test_ids[i];
		unsigned char code = (unsigned char)samples->block.codes.data[i];

		if (id < 1 || (uint64_t)id > samples->len || code == BLOCK_ROW ||
		    samples->counts[id - 1] == SAMPLES) {
			continue;
		}
		samples->codes[id - 1][samples->counts[id - 1]++] = code;
	}
}

static int read_blocks(struct samples *samples, int64_t run_id, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(samples->db, "list_blocks_since");
	int more;

	stmt_bind_int(row, ":run", run_id - SAMPLES);
	while ((more = stmt_next(row, err)) == 0) {
		if (block_read(&samples->block, &samples->cache, row, 0, err) < 0) {
			return -1;
		}
		add_block(samples);
	}
	return more < 0 ? -1 : 0;
}

/* The upper one of two in the middle. Few: an insertion sorts them. */
static unsigned char median(unsigned char *codes, size_t len)
{
	for (size_t i = 1; i < len; i++) {
		unsigned char code = codes[i];
		size_t at = i;

		for (; at > 0 && codes[at - 1] > code; at--) {
			codes[at] = codes[at - 1];
		}
		codes[at] = code;
	}
	return codes[len / 2];
}

static int take_medians(struct db *db, int64_t run_id, struct pace *pace, struct err *err)
{
	CLEANUP(samples_end)
	struct samples samples = {
		.db = db, .cache = {.suites = {.db = db}}, .len = pace->codes.len};

	samples.codes = mem_array(samples.len, sizeof(*samples.codes));
	samples.counts = mem_array(samples.len, 1);
	if (read_blocks(&samples, run_id, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < samples.len; i++) {
		if (samples.counts[i] > 0) {
			pace->codes.data[i] = (char)median(samples.codes[i], samples.counts[i]);
		}
	}
	return 0;
}

int pace_settle(struct db *db, int64_t run_id, const struct suite *suite,
		const unsigned char *codes, struct pace *out, struct err *err)
{
	int64_t due_run = INT64_MAX;

	*out = (struct pace){0};
	out->codes.max = PACK_MAX;
	if (suite->len < LEN_MIN) {
		return 0;
	}
	if (load_newest(db, out, &due_run, err) < 0) {
		return -1;
	}
	if (add_unknown(out, suite, codes)) {
		return store(db, out, run_id + DUE_FIRST, err);
	}
	if (run_id < due_run) {
		return 0;
	}
	return take_medians(db, run_id, out, err) < 0 ? -1
						      : store(db, out, run_id + DUE_LATER, err);
}
