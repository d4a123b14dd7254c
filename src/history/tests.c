/* SPDX-License-Identifier: Apache-2.0 */
#include "history/tests.h"

#include "base/str.h"
#include "history/name_row.h"
#include "history/test_days.h"
#include "history/test_index.h"
#include "history/test_page.h"

#include <stdlib.h>
#include <string.h>

struct batch {
	struct db *db;
	const struct test_claim *claims;
	struct test_key *keys; /* sorted; `at` is the claim */
	size_t len;
	int64_t *ids; /* of each claim; 0 not known yet */
	size_t fresh; /* how many tests are new */
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
			.hash = hash_from_hex(batch->claims[i].identity),
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

/* A mark for the first claim of a new test, until it is given its id. */
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

/* Borrowed. */
static struct known_test known(const struct test_claim *claim)
{
	char identity[TEST_ID_LEN + 1];

	test_name_id(claim->name, identity);
	return (struct known_test){*claim->name,
				   str_eq(identity, claim->identity) ? NULL : claim->identity};
}

/* Behind append_fresh(), which gave them their ids in the order of the claims. */
static int date_fresh(const struct batch *batch, int64_t first_id, struct err *err)
{
	struct test_days days = TEST_DAYS_INIT;
	int64_t day, next_id = first_id;

	for (size_t i = 0; i < batch->len; i++) {
		if (batch->ids[i] != next_id) {
			continue;
		}
		if (test_days_get(batch->db, &days, next_id, &day, err) < 0) {
			return -1;
		}
		test_days_raise(&days, next_id++, batch->claims[i].day);
	}
	return test_days_flush(batch->db, &days, err);
}

/* Ids follow the order of the claims, so that a list of new tests is a row of successors. */
static int append_fresh(struct batch *batch, struct err *err)
{
	struct known_tests tests = {0};
	int64_t first_id = 0, id;
	int done;

	for (size_t i = 0; i < batch->len; i++) {
		if (batch->ids[i] == FRESH) {
			struct known_test *test = VEC_PUSH(&tests);

			*test = known(&batch->claims[i]);
			batch->vary = batch->vary || test->identity;
		}
	}
	done = test_pages_append(batch->db, &tests, &first_id, err);
	VEC_FREE(&tests);
	id = first_id;
	for (size_t i = 0; i < batch->len; i++) {
		if (batch->ids[i] == FRESH) {
			batch->ids[i] = id++;
		}
	}
	return done < 0 ? -1 : date_fresh(batch, first_id, err);
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
	const struct test_claim *claim = &batch->claims[key->at];
	struct known_test *test;
	int64_t day = 0;
	int order;

	if (turn_to(batch, naming, key->id, err) < 0 ||
	    test_days_get(batch->db, &naming->days, key->id, &day, err) < 0) {
		return -1;
	}
	test = &naming->page.tests.items[key->id - naming->page.first_id];
	batch->vary = batch->vary || test->identity;
	order = compare_names(claim->name, &test->name);
	if (claim->day < day || (claim->day == day && order <= 0)) {
		return 0;
	}
	test_days_raise(&naming->days, key->id, claim->day);
	if (order == 0) {
		return 0;
	}
	*test = known(claim);
	naming->page.changed = true;
	return name_row_change(batch->db, key->id, claim->name, err);
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

static int settle(struct batch *batch, bool named, struct settled_tests *out, struct err *err)
{
	if (test_index_find(batch->db, batch->keys, batch->len, err) < 0) {
		return -1;
	}
	out->repeats = mark_fresh(batch);
	if (batch->fresh > 0 && (append_fresh(batch, err) < 0 || index_fresh(batch, err) < 0)) {
		return -1;
	}
	/* New tests bear the right names, unless one stands there twice with different ones. */
	if (!named && (batch->fresh < batch->len || out->repeats) && name_tests(batch, err) < 0) {
		return -1;
	}
	out->vary = batch->vary;
	return 0;
}

int tests_settle(struct db *db, const struct test_claims *claims, bool named,
		 struct settled_tests *out, struct err *err)
{
	CLEANUP(batch_end)
	struct batch batch = {
		.db = db,
		.claims = claims->items,
		.len = claims->len,
	};

	*out = (struct settled_tests){.ids = mem_array(claims->len, sizeof(*out->ids))};
	batch.ids = out->ids;
	make_keys(&batch);
	return settle(&batch, named, out, err);
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
