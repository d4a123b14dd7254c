/* SPDX-License-Identifier: Apache-2.0 */
#include "history/tests.h"

#include "base/str.h"
#include "history/test_days.h"
#include "history/test_index.h"
#include "history/test_page.h"

#include <stdlib.h>
#include <string.h>

struct batch {
	struct db *db;
	const struct result_refs *results;
	struct test_key *keys; /* sorted; `at` is the result */
	size_t len;
	int64_t *ids; /* of each result; 0 not known yet */
	size_t fresh; /* how many tests are new */
	int64_t day;
	bool vary;
};

static void batch_end(struct batch *batch)
{
	free(batch->keys);
}

static void make_keys(struct batch *batch)
{
	batch->keys = mem_array(batch->len, sizeof(*batch->keys));
	for (size_t i = 0; i < batch->len; i++) {
		batch->keys[i] = (struct test_key){
			.hash = hash_from_hex(batch->results->items[i]->id),
			.at = i,
		};
	}
	test_index_sort(batch->keys, batch->len);
}

static bool is_repeat(const struct batch *batch, size_t at)
{
	const struct hash_value *hash = &batch->keys[at].hash;
	const struct hash_value *before = at > 0 ? &batch->keys[at - 1].hash : NULL;

	return before && before->high == hash->high && before->low == hash->low;
}

/* A mark for the first result of a new test, until it is given its id. */
#define FRESH INT64_MIN

static bool mark_fresh(struct batch *batch)
{
	bool repeats = false;

	for (size_t i = 0; i < batch->len; i++) {
		bool repeat = is_repeat(batch, i);
		bool fresh = batch->keys[i].id == 0;

		batch->ids[batch->keys[i].at] = fresh && !repeat ? FRESH : batch->keys[i].id;
		batch->fresh += fresh && !repeat;
		repeats = repeats || repeat;
	}
	return repeats;
}

/* As the result names it; borrowed. */
static struct known_test known(const struct result *result)
{
	char identity[TEST_ID_LEN + 1];

	test_name_id(&result->test, identity);
	return (struct known_test){result->test, str_eq(identity, result->id) ? NULL : result->id};
}

static int date_fresh(struct batch *batch, int64_t first_id, struct err *err)
{
	struct test_days days = TEST_DAYS_INIT;
	int64_t day;

	for (size_t i = 0; i < batch->fresh; i++) {
		if (test_days_get(batch->db, &days, first_id + (int64_t)i, &day, err) < 0) {
			return -1;
		}
		test_days_raise(&days, first_id + (int64_t)i, batch->day);
	}
	return test_days_flush(batch->db, &days, err);
}

/* Ids follow the order of the results, so that a list of new tests is a row of successors. */
static int append_fresh(struct batch *batch, struct err *err)
{
	struct known_tests tests = {0};
	int64_t id = 0;
	int done;

	for (size_t i = 0; i < batch->len; i++) {
		if (batch->ids[i] == FRESH) {
			struct known_test *test = VEC_PUSH(&tests);

			*test = known(batch->results->items[i]);
			batch->vary = batch->vary || test->identity;
		}
	}
	done = test_pages_append(batch->db, &tests, &id, err);
	VEC_FREE(&tests);
	if (done == 0) {
		done = date_fresh(batch, id, err);
	}
	for (size_t i = 0; i < batch->len; i++) {
		if (batch->ids[i] == FRESH) {
			batch->ids[i] = id++;
		}
	}
	return done;
}

/* Fills in the keys, those of repeated tests too, and keeps the new ones for the index. */
static int index_fresh(struct batch *batch, struct err *err)
{
	AUTO_FREE struct test_key *added = mem_array(batch->fresh, sizeof(*added));
	size_t len = 0;

	for (size_t i = 0; i < batch->len; i++) {
		struct test_key *key = &batch->keys[i];

		if (key->id != 0) {
			continue;
		}
		key->id = is_repeat(batch, i) ? batch->keys[i - 1].id : batch->ids[key->at];
		batch->ids[key->at] = key->id;
		if (!is_repeat(batch, i)) {
			added[len++] = *key;
		}
	}
	return test_index_add(batch->db, added, len, err);
}

static int compare_texts(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) : (a != NULL) - (b != NULL);
}

/* Any order would do that is one. */
static int compare_names(const struct test_name *a, const struct test_name *b)
{
	const char *const texts[][2] = {
		{a->suite, b->suite},
		{a->class_name, b->class_name},
		{a->name, b->name},
		{a->file, b->file},
	};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		int order = compare_texts(texts[i][0], texts[i][1]);

		if (order != 0) {
			return order;
		}
	}
	return (a->copy > b->copy) - (a->copy < b->copy);
}

static int compare_ids(const void *left, const void *right)
{
	const struct test_key *a = left;
	const struct test_key *b = right;

	if (a->id != b->id) {
		return a->id < b->id ? -1 : 1;
	}
	return (a->at > b->at) - (a->at < b->at);
}

/* For people who ask by SQL. */
static int rename_row(struct db *db, int64_t test_id, const struct test_name *name, struct err *err)
{
	CLEANUP(buf_release) struct buf shown = BUF_INIT(BUF_OWN_MAX);
	struct stmt *rename = db_stmt(db, "rename_test");

	test_name_show(name, &shown);
	stmt_bind_int(rename, ":test", test_id);
	stmt_bind_text(rename, ":shown", buf_str(&shown));
	return stmt_run(rename, err);
}

/* Where the names on record are kept, a part at a time. */
struct naming {
	struct test_page page;
	struct test_days days;
};

static void naming_end(struct naming *naming)
{
	test_page_release(&naming->page);
}

/* The page that holds the test, at hand. */
static int turn_to(struct batch *batch, struct naming *naming, int64_t id, struct err *err)
{
	struct test_page *page = &naming->page;
	int more;

	if (id >= page->first_id + (int64_t)page->tests.len &&
	    test_page_flush(batch->db, page, err) < 0) {
		return -1;
	}
	more = test_page_find(batch->db, id, page, err);
	return more > 0 ? db_damaged(batch->db, err, "the names of a test are gone") : more;
}

static int name_test(struct batch *batch, struct naming *naming, const struct test_key *key,
		     struct err *err)
{
	const struct result *result = batch->results->items[key->at];
	struct known_test *test;
	int64_t day = 0;
	int order;

	if (turn_to(batch, naming, key->id, err) < 0 ||
	    test_days_get(batch->db, &naming->days, key->id, &day, err) < 0) {
		return -1;
	}
	test = &naming->page.tests.items[key->id - naming->page.first_id];
	batch->vary = batch->vary || test->identity;
	order = compare_names(&result->test, &test->name);
	if (batch->day < day || (batch->day == day && order <= 0)) {
		return 0;
	}
	test_days_raise(&naming->days, key->id, batch->day);
	if (order == 0) {
		return 0;
	}
	*test = known(result);
	naming->page.changed = true;
	return rename_row(batch->db, key->id, &result->test, err);
}

/* In the order of the ids, so that each page is read and written once. */
static int name_tests(struct batch *batch, struct err *err)
{
	CLEANUP(naming_end) struct naming naming = {.days = TEST_DAYS_INIT};

	qsort(batch->keys, batch->len, sizeof(*batch->keys), compare_ids);
	for (size_t i = 0; i < batch->len; i++) {
		if (name_test(batch, &naming, &batch->keys[i], err) < 0) {
			return -1;
		}
	}
	if (test_days_flush(batch->db, &naming.days, err) < 0) {
		return -1;
	}
	return test_page_flush(batch->db, &naming.page, err);
}

static int settle(struct batch *batch, struct settled_tests *out, struct err *err)
{
	if (test_index_find(batch->db, batch->keys, batch->len, err) < 0) {
		return -1;
	}
	out->repeats = mark_fresh(batch);
	if (batch->fresh > 0 && (append_fresh(batch, err) < 0 || index_fresh(batch, err) < 0)) {
		return -1;
	}
	/* New tests bear the right names, unless one stands there twice with different ones. */
	if (batch->day != TESTS_NAMED && (batch->fresh < batch->len || out->repeats) &&
	    name_tests(batch, err) < 0) {
		return -1;
	}
	out->vary = batch->vary;
	return 0;
}

int tests_settle(struct db *db, const struct result_refs *results, int64_t day,
		 struct settled_tests *out, struct err *err)
{
	CLEANUP(batch_end)
	struct batch batch = {
		.db = db,
		.results = results,
		.len = results->len,
		.day = day,
	};

	*out = (struct settled_tests){.ids = mem_array(results->len, sizeof(*out->ids))};
	batch.ids = out->ids;
	make_keys(&batch);
	return settle(&batch, out, err);
}

int tests_find(struct db *db, const char *identity, int64_t *test_id, struct err *err)
{
	struct test_key key = {0};

	if (strlen(identity) != TEST_ID_LEN) {
		return 1;
	}
	key.hash = hash_from_hex(identity);
	if (test_index_find(db, &key, 1, err) < 0) {
		return -1;
	}
	*test_id = key.id;
	return key.id == 0;
}
