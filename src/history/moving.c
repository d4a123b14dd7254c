/* SPDX-License-Identifier: Apache-2.0 */
#include "history/moving.h"

#include "base/str.h"
#include "history/failure_text.h"
#include "history/pack.h"
#include "history/roster.h"
#include "history/test_days.h"
#include "history/tests.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void moving_release(struct moving *moving)
{
	VEC_EACH (struct moved_suite, suite, &moving->suites) {
		suite_release(&suite->order);
	}
	free(moving->tests);
	VEC_FREE(&moving->suites);
	VEC_FREE(&moving->failures);
	VEC_FREE(&moving->paces);
	VEC_FREE(&moving->rosters);
	VEC_FREE(&moving->frames);
	id_map_release(&moving->suite_at);
	id_map_release(&moving->failure_at);
	id_map_release(&moving->pace_at);
	id_map_release(&moving->roster_at);
	id_map_release(&moving->frame_at);
	id_map_release(&moving->named);
	test_page_release(&moving->page);
	block_cache_release(&moving->cache);
}

/* What is there of one page of tests here. */
static int settle_page(struct moving *moving, const struct test_page *page, struct test_days *days,
		       struct err *err)
{
	char(*identities)[TEST_ID_LEN + 1] = mem_array(page->tests.len, sizeof(*identities));
	struct settled_tests settled = {0};
	struct test_claims claims = {0};
	int done = 0;

	for (size_t i = 0; i < page->tests.len && done == 0; i++) {
		struct test_claim *claim = VEC_PUSH(&claims);

		known_test_id(&page->tests.items[i], identities[i]);
		claim->name = &page->tests.items[i].name;
		claim->identity = identities[i];
		done = test_days_get(moving->from, days, page->first_id + (int64_t)i, &claim->day,
				     err);
	}
	if (done == 0) {
		done = tests_settle(moving->to, &claims, false, &settled, err);
	}
	for (size_t i = 0; i < claims.len && done == 0; i++) {
		moving->tests[page->first_id + (int64_t)i] = settled.ids[i];
	}
	free(settled.ids);
	free(identities);
	VEC_FREE(&claims);
	return done;
}

/* Room for ids up to that of the last test. */
static int make_room(struct moving *moving, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *find = db_stmt(moving->from, "last_test");

	if (stmt_next(find, err) < 0) {
		return -1;
	}
	if (stmt_col_int(find, 0) < 0 || stmt_col_int(find, 0) > INT32_MAX) {
		return db_damaged(moving->from, err, "there cannot be so many tests");
	}
	moving->tests_len = (size_t)stmt_col_int(find, 0) + 1;
	moving->tests = mem_array(moving->tests_len, sizeof(*moving->tests));
	return 0;
}

int moving_begin(struct moving *moving, struct db *from, struct db *to, struct err *err)
{
	CLEANUP(test_page_release) struct test_page page = {0};
	struct test_days days = TEST_DAYS_INIT;
	int64_t after = 0;
	int more;

	*moving = (struct moving){.from = from, .to = to, .cache = {.suites = {.db = from}}};
	if (make_room(moving, err) < 0) {
		return -1;
	}
	while ((more = test_page_next(from, after, &page, err)) == 0) {
		after = page.first_id + (int64_t)page.tests.len - 1;
		if ((size_t)after >= moving->tests_len) {
			return db_damaged(from, err, "page %" PRId64 " of tests", page.first_id);
		}
		if (settle_page(moving, &page, &days, err) < 0) {
			return -1;
		}
	}
	return more < 0 ? -1 : 0;
}

int moving_test(const struct moving *moving, int64_t id, int64_t *to, struct err *err)
{
	*to = id > 0 && (uint64_t)id < moving->tests_len ? moving->tests[id] : 0;
	return *to ? 0 : db_damaged(moving->from, err, "the names of a test are gone");
}

/* The ids there of a list of ids here; the caller frees, also when it failed. */
static int move_ids(const struct moving *moving, const struct suite_ids *ids, int64_t **out,
		    struct err *err)
{
	*out = mem_array(ids->len, sizeof(**out));
	for (size_t i = 0; i < ids->len; i++) {
		if (moving_test(moving, ids->items[i], &(*out)[i], err) < 0) {
			return -1;
		}
	}
	return 0;
}

static int read_suite(struct moving *moving, int64_t id, struct suite_row *out, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(moving->from, "merge_read_suite");
	int more;

	stmt_bind_int(row, ":id", id);
	more = stmt_next(row, err);
	if (more != 0) {
		return more < 0 ? -1
				: db_damaged(moving->from, err, "list %" PRId64 " of tests", id);
	}
	snprintf(out->print.digest, sizeof(out->print.digest), "%s",
		 str_or(stmt_col_borrow(row, 0), ""));
	snprintf(out->print.ordering, sizeof(out->print.ordering), "%s",
		 str_or(stmt_col_borrow(row, 1), ""));
	out->day = stmt_col_int(row, 2);
	out->varies = stmt_col_int(row, 3) != 0;
	out->repeats = stmt_col_int(row, 4) != 0;
	return 0;
}

/* A list of the same tests is there already, perhaps in another order. */
static int meet_suite(struct moving *moving, const struct suite_row *row,
		      const struct suite_known *known, struct moved_suite *out, struct err *err)
{
	CLEANUP(suite_cache_release) struct suite_cache cache = {.db = moving->to};
	const struct suite_ids *list = NULL;

	out->id = known->id;
	if ((row->day > known->day || row->varies != known->varies) &&
	    suite_raise_day(moving->to, known->id, row->day, row->varies || known->varies, err) <
		    0) {
		return -1;
	}
	if (suite_cache_get(&cache, known->id, &list, err) < 0) {
		return -1;
	}
	if (list->len == row->len &&
	    memcmp(list->items, row->test_ids, row->len * sizeof(*row->test_ids)) == 0) {
		return 0;
	}
	/* Bad luck or malice: nobody can say what its blocks are about. */
	return suite_places(list, &out->order)
		       ? 0
		       : db_damaged(moving->from, err, "a list of tests is another one here");
}

static int move_suite(struct moving *moving, int64_t id, struct moved_suite *out, struct err *err)
{
	const struct suite_ids *ids = NULL;
	struct suite_known known = {0};
	struct suite_row row = {0};

	if (read_suite(moving, id, &row, err) < 0 ||
	    suite_cache_get(&moving->cache.suites, id, &ids, err) < 0) {
		return -1;
	}
	out->order.len = row.len = ids->len;
	if (move_ids(moving, ids, &out->order.test_ids, err) < 0 ||
	    suite_find(moving->to, &row.print, &known, err) < 0) {
		return -1;
	}
	row.test_ids = out->order.test_ids;
	return known.id ? meet_suite(moving, &row, &known, out, err)
			: suite_add(moving->to, &row, &out->id, err);
}

int moving_suite(struct moving *moving, int64_t id, const struct moved_suite **out, struct err *err)
{
	const unsigned *at = id_map_get(&moving->suite_at, id);
	struct moved_suite *suite = NULL;

	if (at) {
		*out = &moving->suites.items[*at - 1];
		return 0;
	}
	suite = VEC_PUSH(&moving->suites);
	*out = suite;
	if (move_suite(moving, id, suite, err) < 0) {
		return -1;
	}
	id_map_add(&moving->suite_at, id, (unsigned)moving->suites.len);
	return 0;
}

/* Codes of tests whose ids there are too high for a pace stay behind: then no block may refer to it. */
static bool spread_pace(const struct moving *moving, const struct pace *pace, struct buf *out)
{
	size_t len = pace->codes.len < moving->tests_len ? pace->codes.len : moving->tests_len - 1;
	int64_t highest = 0;
	char *codes = NULL;

	for (size_t i = 0; i < len; i++) {
		highest = moving->tests[i + 1] > highest ? moving->tests[i + 1] : highest;
	}
	if (highest > (int64_t)PACK_MAX) {
		return false;
	}
	codes = mem_array((size_t)highest, 1);
	for (size_t i = 0; i < len; i++) {
		if (moving->tests[i + 1] > 0) {
			codes[moving->tests[i + 1] - 1] = pace->codes.data[i];
		}
	}
	buf_add(out, codes, (size_t)highest);
	free(codes);
	return true;
}

static int move_pace(struct moving *moving, int64_t id, int64_t *to, struct err *err)
{
	CLEANUP(buf_release) struct buf codes = BUF_INIT(PACK_MAX);
	CLEANUP(buf_release) struct buf packed = BUF_INIT(BUF_OWN_MAX);
	struct stmt *write = NULL;

	*to = 0;
	if (pace_load(moving->from, id, &moving->cache.pace, err) < 0) {
		return -1;
	}
	if (!spread_pace(moving, &moving->cache.pace, &codes)) {
		return 0;
	}
	pack_add(&packed, buf_str(&codes), codes.len);
	write = db_stmt(moving->to, "merge_write_pace");
	stmt_bind_blob(write, ":codes", &packed);
	if (stmt_run(write, err) < 0) {
		return -1;
	}
	*to = db_last_id(moving->to);
	return 0;
}

int moving_pace(struct moving *moving, int64_t id, int64_t *to, struct err *err)
{
	const unsigned *at = id_map_get(&moving->pace_at, id);

	if (at) {
		*to = moving->paces.items[*at - 1];
		return 0;
	}
	if (move_pace(moving, id, to, err) < 0) {
		return -1;
	}
	*VEC_PUSH(&moving->paces) = *to;
	id_map_add(&moving->pace_at, id, (unsigned)moving->paces.len);
	return 0;
}

static int move_roster(const struct moving *moving, int64_t id, int64_t *to, struct err *err)
{
	CLEANUP(roster_release) struct roster roster = {0};

	if (roster_load(moving->from, id, &roster, err) < 0) {
		return -1;
	}
	VEC_EACH (struct roster_test, test, &roster) {
		if (moving_test(moving, test->id, &test->id, err) < 0) {
			return -1;
		}
	}
	roster_sort(&roster);
	return roster_store(moving->to, &roster, to, err);
}

int moving_roster(struct moving *moving, int64_t id, int64_t *to, struct err *err)
{
	const unsigned *at = id_map_get(&moving->roster_at, id);

	if (at) {
		*to = moving->rosters.items[*at - 1];
		return 0;
	}
	if (move_roster(moving, id, to, err) < 0) {
		return -1;
	}
	*VEC_PUSH(&moving->rosters) = *to;
	id_map_add(&moving->roster_at, id, (unsigned)moving->rosters.len);
	return 0;
}

/* Texts go over by the frame, with those of failures that are there already or not wanted. */
static int move_frame(struct moving *moving, int64_t id, int64_t *to, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *read = db_stmt(moving->from, "merge_read_frame");
	CLEANUP(stmt_done) struct stmt *next = NULL;
	const unsigned *at = id_map_get(&moving->frame_at, id);
	struct stmt *write = NULL;
	int more;

	if (at) {
		*to = moving->frames.items[*at - 1];
		return 0;
	}
	stmt_bind_int(read, ":id", id);
	more = stmt_next(read, err);
	if (more != 0) {
		return more < 0 ? -1
				: db_damaged(moving->from, err, "failures are gone, frame %" PRId64,
					     id);
	}
	next = db_stmt(moving->to, "next_frame");
	if (stmt_next(next, err) < 0) {
		return -1;
	}
	*to = stmt_col_int(next, 0);
	write = db_stmt(moving->to, "merge_write_frame");
	stmt_bind_nth(write, 1, *to);
	stmt_bind_column(write, 2, read, 1);
	*VEC_PUSH(&moving->frames) = *to;
	id_map_add(&moving->frame_at, id, (unsigned)moving->frames.len);
	return stmt_run(write, err);
}

enum failure_column { FAILURE_DIGEST, FAILURE_FRAME, FAILURE_NTH, FAILURE_HASH, FAILURE_EXAMPLE };

static int add_failure(struct moving *moving, const struct stmt *row, struct moved_failure *out,
		       struct err *err)
{
	struct stmt *insert = NULL;
	int64_t frame_id = 0;

	if (!stmt_col_is_null(row, FAILURE_FRAME) &&
	    move_frame(moving, stmt_col_int(row, FAILURE_FRAME), &frame_id, err) < 0) {
		return -1;
	}
	insert = db_stmt(moving->to, "insert_failure");
	stmt_bind_known(insert, ":id", -1);
	stmt_bind_known(insert, ":signature", out->signature_id ? out->signature_id : -1);
	stmt_bind_int(insert, ":digest", stmt_col_int(row, FAILURE_DIGEST));
	stmt_bind_known(insert, ":frame", frame_id ? frame_id : -1);
	stmt_bind_int(insert, ":nth", stmt_col_int(row, FAILURE_NTH));
	if (stmt_run(insert, err) < 0) {
		return -1;
	}
	out->id = db_last_id(moving->to);
	return 0;
}

static int move_failure(struct moving *moving, int64_t id, struct moved_failure *out,
			struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(moving->from, "merge_read_failure");
	CLEANUP(stmt_done) struct stmt *find = NULL;
	const char *hash = NULL;
	int more;

	stmt_bind_int(row, ":id", id);
	more = stmt_next(row, err);
	if (more != 0) {
		return more < 0 ? -1
				: db_damaged(moving->from, err, "failure %" PRId64 " is gone", id);
	}
	hash = stmt_col_borrow(row, FAILURE_HASH);
	if (hash &&
	    signature_settle(moving->to, hash, str_or(stmt_col_borrow(row, FAILURE_EXAMPLE), ""),
			     &out->signature_id, err) < 0) {
		return -1;
	}
	find = db_stmt(moving->to, "find_failure");
	stmt_bind_int(find, ":digest", stmt_col_int(row, FAILURE_DIGEST));
	stmt_bind_text(find, ":signature", hash);
	more = stmt_find(find, &out->id, err);
	return more <= 0 ? more : add_failure(moving, row, out, err);
}

int moving_failure(struct moving *moving, int64_t id, const struct moved_failure **out,
		   struct err *err)
{
	const unsigned *at = id_map_get(&moving->failure_at, id);
	struct moved_failure failure = {0};

	if (!at) {
		if (move_failure(moving, id, &failure, err) < 0) {
			return -1;
		}
		*VEC_PUSH(&moving->failures) = failure;
		id_map_add(&moving->failure_at, id, (unsigned)moving->failures.len);
		at = id_map_get(&moving->failure_at, id);
	}
	*out = &moving->failures.items[*at - 1];
	return 0;
}
