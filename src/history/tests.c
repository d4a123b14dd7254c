/* SPDX-License-Identifier: Apache-2.0 */
#include "history/tests.h"

#include "base/str.h"
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

/* Ids follow the order of the results, so that a list of new tests is a row of successors. */
static int append_fresh(struct batch *batch, struct err *err)
{
	struct known_tests tests = {0};
	int64_t id = 0;
	int done;

	for (size_t i = 0; i < batch->len; i++) {
		if (batch->ids[i] == FRESH) {
			*VEC_PUSH(&tests) = known(batch->results->items[i]);
		}
	}
	done = test_pages_append(batch->db, &tests, &id, err);
	VEC_FREE(&tests);
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

static bool names_differ(const struct test_name *a, const struct test_name *b)
{
	return !str_eq(a->suite, b->suite) || !str_eq(a->class_name, b->class_name) ||
	       !str_eq(a->name, b->name) || !str_eq(a->file, b->file) || a->copy != b->copy;
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

/* In the order of the ids, so that each page is read and written once. */
static int rename_tests(struct batch *batch, bool *renamed, struct err *err)
{
	CLEANUP(test_page_release) struct test_page page = {0};

	qsort(batch->keys, batch->len, sizeof(*batch->keys), compare_ids);
	for (size_t i = 0; i < batch->len; i++) {
		const struct result *result = batch->results->items[batch->keys[i].at];
		int64_t id = batch->keys[i].id;
		struct known_test *test = NULL;
		int more;

		/* Of one that stands there more than once the last names count. */
		if (i + 1 < batch->len && batch->keys[i + 1].id == id) {
			continue;
		}
		if (id >= page.first_id + (int64_t)page.tests.len &&
		    test_page_flush(batch->db, &page, err) < 0) {
			return -1;
		}
		more = test_page_find(batch->db, id, &page, err);
		if (more != 0) {
			return more < 0
				       ? -1
				       : db_damaged(batch->db, err, "the names of a test are gone");
		}
		test = &page.tests.items[id - page.first_id];
		if (names_differ(&test->name, &result->test)) {
			*test = known(result);
			page.changed = *renamed = true;
		}
	}
	return test_page_flush(batch->db, &page, err);
}

static int settle(struct batch *batch, bool names_agree, struct settled_tests *out, struct err *err)
{
	if (test_index_find(batch->db, batch->keys, batch->len, err) < 0) {
		return -1;
	}
	out->repeats = mark_fresh(batch);
	if (batch->fresh > 0 && (append_fresh(batch, err) < 0 || index_fresh(batch, err) < 0)) {
		return -1;
	}
	/* New tests bear the right names, unless one stands there twice with different ones. */
	if (names_agree || (batch->fresh == batch->len && !out->repeats)) {
		return 0;
	}
	return rename_tests(batch, &out->renamed, err);
}

int tests_settle(struct db *db, const struct result_refs *results, bool names_agree,
		 struct settled_tests *out, struct err *err)
{
	CLEANUP(batch_end)
	struct batch batch = {
		.db = db,
		.results = results,
		.len = results->len,
	};

	*out = (struct settled_tests){.ids = mem_array(results->len, sizeof(*out->ids))};
	batch.ids = out->ids;
	make_keys(&batch);
	return settle(&batch, names_agree, out, err);
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
