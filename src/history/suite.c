/* SPDX-License-Identifier: Apache-2.0 */
#include "history/suite.h"

#include "base/hash.h"
#include "base/str.h"
#include "history/pack.h"
#include "history/tests.h"

#include <endian.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void suite_release(struct suite *suite)
{
	free(suite->test_ids);
	free(suite->places);
	*suite = (struct suite){0};
}

int suite_find(struct db *db, const struct suite_print *print, struct suite_known *out,
	       struct err *err)
{
	CLEANUP(stmt_done) struct stmt *find = db_stmt(db, "find_suite");
	int more;

	*out = (struct suite_known){0};
	stmt_bind_text(find, ":digest", print->digest);
	more = stmt_next(find, err);
	if (more == 0) {
		out->id = stmt_col_int(find, 0);
		out->day = stmt_col_int(find, 1);
		out->varies = stmt_col_int(find, 2) != 0;
		out->in_order = str_eq(stmt_col_borrow(find, 3), print->ordering);
		out->repeats = stmt_col_int(find, 4) != 0;
	}
	return more < 0 ? -1 : 0;
}

int suite_add(struct db *db, const struct suite_row *row, int64_t *id, struct err *err)
{
	CLEANUP(buf_release) struct buf content = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf packed = BUF_INIT(BUF_OWN_MAX);
	struct stmt *insert = db_stmt(db, "insert_suite");
	int64_t before = 0;

	for (size_t i = 0; i < row->len; i++) {
		pack_signed(&content, row->test_ids[i] - before);
		before = row->test_ids[i];
	}
	pack_add(&packed, buf_str(&content), content.len);
	stmt_bind_text(insert, ":digest", row->print.digest);
	stmt_bind_text(insert, ":ordering", row->print.ordering);
	stmt_bind_int(insert, ":repeats", row->repeats);
	stmt_bind_int(insert, ":day", row->day);
	stmt_bind_int(insert, ":varies", row->varies);
	stmt_bind_int(insert, ":len", (int64_t)row->len);
	stmt_bind_blob(insert, ":tests", &packed);
	if (stmt_run(insert, err) < 0) {
		return -1;
	}
	*id = db_last_id(db);
	return 0;
}

int suite_raise_day(struct db *db, int64_t suite_id, int64_t day, bool varies, struct err *err)
{
	struct stmt *update = db_stmt(db, "update_suite_day");

	stmt_bind_int(update, ":suite", suite_id);
	stmt_bind_int(update, ":day", day);
	stmt_bind_int(update, ":varies", varies);
	return stmt_run(update, err);
}

struct place {
	int64_t test_id;
	size_t at;
};

static int compare_places(const void *left, const void *right)
{
	const struct place *a = left;
	const struct place *b = right;

	if (a->test_id != b->test_id) {
		return a->test_id < b->test_id ? -1 : 1;
	}
	return (a->at > b->at) - (a->at < b->at);
}

/* The caller frees. */
static struct place *sorted_places(const int64_t *test_ids, size_t len)
{
	struct place *places = mem_array(len, sizeof(*places));

	for (size_t i = 0; i < len; i++) {
		places[i] = (struct place){.test_id = test_ids[i], .at = i};
	}
	qsort(places, len, sizeof(*places), compare_places);
	return places;
}

/* Side by side once both are sorted. */
bool suite_places(const struct suite_ids *list, struct suite *suite)
{
	AUTO_FREE struct place *listed = NULL;
	AUTO_FREE struct place *given = NULL;

	if (list->len != suite->len) {
		return false;
	}
	listed = sorted_places(list->items, list->len);
	given = sorted_places(suite->test_ids, suite->len);
	suite->places = mem_array(suite->len, sizeof(*suite->places));
	for (size_t i = 0; i < suite->len; i++) {
		if (listed[i].test_id != given[i].test_id) {
			return false;
		}
		suite->places[given[i].at] = listed[i].at;
	}
	return true;
}

/* The everyday case: nothing but the list itself is read. */
static int take_known(const struct suite_ids *ids, struct suite *out, struct db *db,
		      struct err *err)
{
	if (ids->len != out->len) {
		return db_damaged(db, err, "list %" PRId64 " of tests", ids->id);
	}
	out->test_ids = mem_array(out->len, sizeof(*out->test_ids));
	memcpy(out->test_ids, ids->items, out->len * sizeof(*out->test_ids));
	return 0;
}

static int settle_claims(struct db *db, const struct suite_request *request, bool named,
			 struct settled_tests *out, struct err *err)
{
	struct test_claims claims = {0};
	int done;

	for (size_t i = 0; i < request->results->len; i++) {
		const struct result *result = request->results->items[i];

		*VEC_PUSH(&claims) = (struct test_claim){
			.name = &result->test, .identity = result->id, .day = request->day};
	}
	done = tests_settle(db, &claims, named, out, err);
	VEC_FREE(&claims);
	return done;
}

/* The list is new, or in another order, or has not been seen on that day: test by test. */
static int settle_tests(struct db *db, const struct suite_request *request,
			const struct suite_known *known, struct suite_row *row, struct suite *out,
			struct err *err)
{
	struct settled_tests tests = {0};
	bool named = known->id && known->day >= request->day && !known->varies;
	int done = settle_claims(db, request, named, &tests, err);

	out->test_ids = tests.ids;
	out->repeats = tests.repeats;
	if (done < 0 || named) {
		return done;
	}
	if (known->id) {
		return suite_raise_day(db, known->id, request->day, tests.vary, err);
	}
	row->day = request->day;
	row->varies = tests.vary;
	row->repeats = tests.repeats;
	row->test_ids = tests.ids;
	row->len = out->len;
	return suite_add(db, row, &out->id, err);
}

int suite_settle(struct db *db, const struct suite_request *request, struct suite *out,
		 struct err *err)
{
	CLEANUP(suite_cache_release) struct suite_cache cache = {.db = db};
	const struct suite_ids *ids = NULL;
	struct suite_known known = {0};
	struct suite_row row = {0};

	*out = (struct suite){.len = request->results->len};
	suite_print_take(request->results, &row.print);
	if (suite_find(db, &row.print, &known, err) < 0) {
		return -1;
	}
	out->id = known.id;
	out->repeats = known.repeats;
	if (known.id && suite_cache_get(&cache, known.id, &ids, err) < 0) {
		return -1;
	}
	if (known.id && known.in_order && known.day >= request->day && !known.varies) {
		return take_known(ids, out, db, err);
	}
	if (settle_tests(db, request, &known, &row, out, err) < 0) {
		return -1;
	}
	if (known.id && !known.in_order && !suite_places(ids, out)) {
		return db_damaged(db, err, "list %" PRId64 " of tests", known.id);
	}
	return 0;
}

void suite_cache_release(struct suite_cache *cache)
{
	for (size_t i = 0; i < SUITE_SLOTS; i++) {
		cleanup_free(&cache->slots[i].items);
	}
}

/* False when it is damaged. */
static bool read_ids(const struct buf *content, int64_t len, struct suite_ids *out)
{
	struct pack_cursor cursor = pack_open(content);
	int64_t difference;
	uint64_t id = 0;

	/* An id takes a byte at least, so that its size bounds the list. */
	if (len < 0 || (uint64_t)len > content->len) {
		return false;
	}
	out->len = (size_t)len;
	out->items = mem_array(out->len, sizeof(*out->items));
	for (size_t i = 0; i < out->len; i++) {
		/* most follow the one before them */
		if (cursor.at < cursor.end && *cursor.at == (unsigned char)pack_small(1)) {
			cursor.at++;
			difference = 1;
		} else if (!pack_next_signed(&cursor, &difference)) {
			return false;
		}
		id += (uint64_t)difference;
		out->items[i] = (int64_t)id;
	}
	return cursor.at == cursor.end;
}

static int load_suite(struct db *db, int64_t id, struct suite_ids *out, struct err *err)
{
	CLEANUP(buf_release) struct buf content = BUF_INIT(PACK_MAX);
	CLEANUP(stmt_done) struct stmt *load = db_stmt(db, "load_suite");
	int more;

	stmt_bind_int(load, ":id", id);
	more = stmt_next(load, err);
	if (more < 0) {
		return -1;
	}
	if (more == 1 || !stmt_col_unpack(load, 1, &content) ||
	    !read_ids(&content, stmt_col_int(load, 0), out)) {
		return db_damaged(db, err, "list %" PRId64 " of tests", id);
	}
	out->id = id;
	return 0;
}

int suite_cache_get(struct suite_cache *cache, int64_t id, const struct suite_ids **out,
		    struct err *err)
{
	struct suite_ids *slot = &cache->slots[(uint64_t)id % SUITE_SLOTS];

	*out = slot;
	if (slot->items && slot->id == id) {
		return 0;
	}
	cleanup_free(&slot->items);
	if (load_suite(cache->db, id, slot, err) < 0) {
		cleanup_free(&slot->items);
		return -1;
	}
	return 0;
}
