/* SPDX-License-Identifier: Apache-2.0 */
#include "history/check.h"

#include "history/rollup.h"
#include "history/seen.h"

#include <inttypes.h>
#include <string.h>

#define ROLLUP_STEPS 2 /* each, of check_step() */

/* What is on record of a run. */
struct recorded {
	int64_t results, tests, tests_us, roster_id; /* roster 0 none */
	struct buf seen;
	struct roster roster; /* the one with roster_known */
	int64_t roster_known;
};

static void recorded_end(struct recorded *recorded)
{
	buf_release(&recorded->seen);
	roster_release(&recorded->roster);
}

/* 1 there is none. */
static int read_rollup(struct check *check, int64_t run_id, struct recorded *out, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(check->db, "care_rollup");
	const void *bytes = NULL;
	size_t len = 0;
	int more;

	stmt_bind_int(row, ":run", run_id);
	more = stmt_next(row, err);
	if (more != 0) {
		return more;
	}
	out->results = stmt_col_int(row, 0);
	out->tests = stmt_col_int(row, 1);
	out->tests_us = stmt_col_int(row, 2);
	out->roster_id = stmt_col_int(row, 3);
	bytes = stmt_col_blob(row, 4, &len);
	buf_clear(&out->seen);
	buf_add(&out->seen, bytes, len);
	return 0;
}

/* Most runs share one. */
static int read_roster(struct check *check, struct recorded *recorded, struct err *err)
{
	if (recorded->roster_id == 0 || recorded->roster_id == recorded->roster_known) {
		return 0;
	}
	recorded->roster_known = 0;
	if (roster_load(check->db, recorded->roster_id, &recorded->roster, err) < 0) {
		return -1;
	}
	recorded->roster_known = recorded->roster_id;
	return 0;
}

static bool is_same_roster(const struct roster *a, const struct roster *b)
{
	if (a->len != b->len) {
		return false;
	}
	for (size_t i = 0; i < a->len; i++) {
		if (a->items[i].id != b->items[i].id ||
		    a->items[i].skipped != b->items[i].skipped) {
			return false;
		}
	}
	return true;
}

/* In which respect they differ; NULL in none. */
static const char *difference(const struct rollup_sum *sum, const struct recorded *recorded)
{
	if (sum->results != recorded->results) {
		return "it counts other results than there are";
	}
	if (sum->tests != recorded->tests) {
		return "it counts other tests than ran";
	}
	if (sum->tests_us != recorded->tests_us) {
		return "its tests took another time";
	}
	if (sum->silent != (recorded->roster_id == 0) ||
	    (!sum->silent && !is_same_roster(&sum->roster, &recorded->roster))) {
		return "it lists other tests";
	}
	if (sum->seen.len != recorded->seen.len ||
	    (sum->seen.len > 0 &&
	     memcmp(sum->seen.data, recorded->seen.data, sum->seen.len) != 0)) {
		return "its tests did something else";
	}
	return NULL;
}

static int compare(struct check *check, int64_t run_id, struct block_cache *cache,
		   const struct recorded *recorded, struct err *err)
{
	CLEANUP(rollup_sum_release) struct rollup_sum sum = {0};
	const char *what = NULL;

	/* why they cannot be read was told */
	if (rollup_sum(check->db, run_id, &(struct rollup_sources){.cache = cache}, &sum, err) <
	    0) {
		return check_is_content(check, err);
	}
	what = difference(&sum, recorded);
	if (what) {
		check_note(check, "rollup", run_id, REMEDY_ROLLUP,
			   "is not what the results of the run come to: %s", what);
	}
	return 0;
}

/* Where the results were dropped nothing can be compared: does it make sense? */
static int check_alone(struct check *check, int64_t run_id, const struct recorded *recorded,
		       struct err *err)
{
	struct pack_cursor cursor = pack_open(&recorded->seen);
	struct seen seen = {0};

	while (cursor.at < cursor.end) {
		CLEANUP(stmt_done) struct stmt *row = db_stmt(check->db, "care_has_failure");
		int more = 0;

		if (!seen_read(&cursor, &seen)) {
			check_note(check, "rollup", run_id, REMEDY_NONE, "is damaged");
			return 0;
		}
		stmt_bind_int(row, ":id", seen.failure_id);
		more = seen.failure_id ? stmt_next(row, err) : 0;
		if (more < 0) {
			return check_is_content(check, err);
		}
		if (more == 1 || !check_knows_test(check, seen.test_id)) {
			check_note(check, "rollup", run_id, REMEDY_NONE,
				   "refers to a %s that is not there",
				   more == 1 ? "failure" : "test");
			return 0;
		}
	}
	return 0;
}

static int check_rollup(struct check *check, int64_t run_id, bool thinned,
			struct block_cache *cache, struct recorded *recorded, struct err *err)
{
	enum remedy remedy = thinned ? REMEDY_NONE : REMEDY_ROLLUP;
	int more = read_rollup(check, run_id, recorded, err);

	if (more < 0) {
		return check_is_content(check, err);
	}
	if (more == 1) {
		check_note(check, "rollup", run_id, remedy, "is not there");
		return 0;
	}
	if (read_roster(check, recorded, err) < 0) {
		check_note(check, "rollup", run_id, remedy, "its roster %" PRId64 " cannot be read",
			   recorded->roster_id);
		return check_is_content(check, err);
	}
	return thinned ? check_alone(check, run_id, recorded, err)
		       : compare(check, run_id, cache, recorded, err);
}

int check_rollups(struct check *check, struct err *err)
{
	CLEANUP(block_cache_release) struct block_cache cache = {.suites = {.db = check->db}};
	CLEANUP(recorded_end) struct recorded recorded = {.seen = BUF_INIT(BUF_OWN_MAX)};
	CLEANUP(stmt_done) struct stmt *row = db_stmt(check->db, "care_runs");
	int more;

	while ((more = stmt_next(row, err)) == 0) {
		check->out->runs++;
		if (check_step(check, ROLLUP_STEPS, err) < 0 ||
		    check_rollup(check, stmt_col_int(row, 0), stmt_col_int(row, 1) != 0, &cache,
				 &recorded, err) < 0) {
			return -1;
		}
	}
	return more < 0 ? check_is_content(check, err) : 0;
}
