/* SPDX-License-Identifier: Apache-2.0 */
#include "history/check.h"

#include "base/str.h"
#include "history/test_days.h"
#include "history/test_index.h"
#include "history/test_page.h"

#include <inttypes.h>
#include <string.h>

struct test_keys {
	VEC(struct test_key) /* of all tests on record; `at` is the id too */
};

static void test_keys_release(struct test_keys *keys)
{
	VEC_FREE(keys);
}

/* The tests of a page; a page that reaches into the next one is as bad as one that is damaged. */
static void take_page(struct check *check, const struct test_page *page, struct test_keys *keys)
{
	struct id_range *range = NULL;
	int64_t before = check->tests.len ? check->tests.items[check->tests.len - 1].end : 1;
	char identity[TEST_ID_LEN + 1];

	if (page->first_id < before) {
		check_note(check, "test_page", page->first_id, REMEDY_NONE,
			   "holds tests of the page before");
		return;
	}
	range = VEC_PUSH(&check->tests);
	range->first = page->first_id;
	range->end = page->first_id + (int64_t)page->tests.len;
	for (size_t i = 0; i < page->tests.len; i++) {
		struct test_key *key = VEC_PUSH(keys);

		known_test_id(&page->tests.items[i], identity);
		key->hash = hash_from_hex(identity);
		key->id = page->first_id + (int64_t)i;
		key->at = (size_t)key->id;
	}
	check->out->tests += page->tests.len;
}

static int read_page(struct check *check, int64_t first_id, struct test_page *page,
		     struct test_keys *keys, struct err *err)
{
	/* one at hand would answer for it */
	test_page_release(page);
	*page = (struct test_page){0};
	if (test_page_find(check->db, first_id, page, err) < 0) {
		check_note(check, "test_page", first_id, REMEDY_NONE, "is damaged");
		return check_is_content(check, err);
	}
	take_page(check, page, keys);
	return 0;
}

static int check_pages(struct check *check, struct test_keys *keys, struct err *err)
{
	CLEANUP(test_page_release) struct test_page page = {0};
	CLEANUP(stmt_done) struct stmt *row = db_stmt(check->db, "care_pages");
	int more;

	while ((more = stmt_next(row, err)) == 0) {
		if (check_step(check, 1, err) < 0 ||
		    read_page(check, stmt_col_int(row, 0), &page, keys, err) < 0) {
			return -1;
		}
	}
	return more < 0 ? check_is_content(check, err) : 0;
}

#define BUCKET_OF(key) ((int64_t)((key)->hash.high >> 52))

/* A test that the index does not know under its identity: where nothing is missing from the index, it knows
 * another identity, which no page has. One of them was changed, and nobody can tell which. */
static void note_unknown(struct check *check, const struct test_key *key, bool missing)
{
	if (missing) {
		check_note(check, "test_hash", BUCKET_OF(key), REMEDY_INDEX,
			   "does not lead to test %" PRId64, key->id);
	} else {
		check_note(check, "test_page", key->id, REMEDY_NONE,
			   "test %" PRId64 " bears other names than the index knows it by",
			   key->id);
	}
}

/* Whether the index leads to the tests of one bucket; one finding says enough. */
static void compare_bucket(struct check *check, const struct test_key *keys,
			   const struct test_key *found, size_t len, bool missing)
{
	for (size_t i = 0; i < len; i++) {
		if (i > 0 && memcmp(&keys[i].hash, &keys[i - 1].hash, sizeof(keys->hash)) == 0) {
			check_note(check, "test_page", keys[i].id, REMEDY_NONE,
				   "test %" PRId64 " is the same as test %" PRId64, keys[i].id,
				   keys[i - 1].id);
			return;
		}
		if (found[i].id == 0) {
			note_unknown(check, &keys[i], missing);
			return;
		}
		if (found[i].id != keys[i].id) {
			check_note(check, "test_hash", BUCKET_OF(&keys[i]), REMEDY_INDEX,
				   "leads to test %" PRId64 " instead of %" PRId64, found[i].id,
				   keys[i].id);
			return;
		}
	}
}

static int check_bucket(struct check *check, const struct test_key *keys, size_t len, bool missing,
			struct err *err)
{
	AUTO_FREE struct test_key *found = mem_array(len, sizeof(*found));

	memcpy(found, keys, len * sizeof(*found));
	for (size_t i = 0; i < len; i++) {
		found[i].id = 0;
	}
	if (test_index_find(check->db, found, len, err) < 0) {
		check_note(check, "test_hash", BUCKET_OF(keys), REMEDY_INDEX, "is damaged");
		return check_is_content(check, err);
	}
	compare_bucket(check, keys, found, len, missing);
	return 0;
}

/* The end of the keys from `at` on that share a bucket. */
static size_t bucket_end(const struct test_keys *keys, size_t at)
{
	int64_t bucket = BUCKET_OF(&keys->items[at]);

	while (at < keys->len && BUCKET_OF(&keys->items[at]) == bucket) {
		at++;
	}
	return at;
}

static int check_index(struct check *check, const struct test_keys *keys, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(check->db, "care_index_size");
	size_t before = check->out->findings.len, size = 0;

	if (stmt_next(row, err) < 0) {
		return check_is_content(check, err);
	}
	size = (size_t)stmt_col_int(row, 0);
	for (size_t at = 0; at < keys->len;) {
		size_t end = bucket_end(keys, at);

		if (check_bucket(check, keys->items + at, end - at, size < keys->len, err) < 0) {
			return -1;
		}
		at = end;
	}
	if (size != keys->len && check->out->findings.len == before) {
		check_note(check, "test_hash", 0, REMEDY_INDEX,
			   "leads to %zu tests, and there are %zu", size, keys->len);
	}
	return 0;
}

static int check_days(struct check *check, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(check->db, "care_days");
	int more;

	while ((more = stmt_next(row, err)) == 0) {
		struct test_days days = TEST_DAYS_INIT;
		int64_t part = stmt_col_int(row, 0), day = 0;

		if (part < 0 || part > INT64_MAX / DAYS_PART) {
			check_note(check, "test_day", part, REMEDY_NONE, "is of no tests");
		} else if (test_days_get(check->db, &days, part * DAYS_PART, &day, err) < 0) {
			check_note(check, "test_day", part, REMEDY_NONE, "is damaged");
			if (check_is_content(check, err) < 0) {
				return -1;
			}
		}
	}
	return more < 0 ? check_is_content(check, err) : 0;
}

/* For people who ask by SQL: always what the pages say. */
static int check_name(struct check *check, const struct stmt *row, struct test_page *page,
		      struct err *err)
{
	CLEANUP(buf_release) struct buf shown = BUF_INIT(BUF_OWN_MAX);
	const struct known_test *test = NULL;
	int64_t id = stmt_col_int(row, 0);
	char identity[TEST_ID_LEN + 1];

	if (!check_knows_test(check, id)) {
		check_note(check, "test_name", id, REMEDY_NONE, "is of a test that is not there");
		return 0;
	}
	if (test_page_find(check->db, id, page, err) < 0) {
		return check_is_content(check, err);
	}
	test = &page->tests.items[id - page->first_id];
	known_test_id(test, identity);
	test_name_show(&test->name, &shown);
	if (!str_eq(stmt_col_borrow(row, 1), identity) ||
	    !str_eq(stmt_col_borrow(row, 2), buf_str(&shown))) {
		check_note(check, "test_name", id, REMEDY_NAME, "is not what the test is called");
	}
	return 0;
}

static int check_names(struct check *check, struct err *err)
{
	CLEANUP(test_page_release) struct test_page page = {0};
	CLEANUP(stmt_done) struct stmt *row = db_stmt(check->db, "care_names");
	int more;

	while ((more = stmt_next(row, err)) == 0) {
		if (check_name(check, row, &page, err) < 0) {
			return -1;
		}
	}
	return more < 0 ? check_is_content(check, err) : 0;
}

int check_tests(struct check *check, struct err *err)
{
	CLEANUP(test_keys_release) struct test_keys keys = {0};

	if (check_pages(check, &keys, err) < 0) {
		return -1;
	}
	if (keys.len > 0) {
		test_index_sort(keys.items, keys.len);
	}
	if (check_index(check, &keys, err) < 0 || check_days(check, err) < 0) {
		return -1;
	}
	return check_names(check, err);
}
