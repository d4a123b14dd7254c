/* SPDX-License-Identifier: Apache-2.0 */
#include "history/test_page.h"

#include "base/str.h"
#include "history/pack.h"
#include "text/utf8.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE_TESTS 256

/* How a name is written: nothing, as that of the test before in the page, or as a new text. */
enum field_mode { FIELD_NONE, FIELD_SAME, FIELD_TEXT };

#define FIELDS 4

/* No copy has this number: in its place it announces an identity, and behind that the copy. */
#define IDENTITY_FOLLOWS 1

static char **field(struct test_name *name, unsigned at)
{
	char **const fields[FIELDS] = {&name->suite, &name->class_name, &name->name, &name->file};

	return fields[at];
}

void test_page_release(struct test_page *page)
{
	VEC_FREE(&page->tests);
	buf_release(&page->content);
}

void known_test_id(const struct known_test *test, char out[TEST_ID_LEN + 1])
{
	if (test->identity) {
		snprintf(out, TEST_ID_LEN + 1, "%s", test->identity);
	} else {
		test_name_id(&test->name, out);
	}
}

static void write_test(struct buf *out, const struct known_test *test,
		       const struct test_name *before)
{
	const struct test_name *name = &test->name;
	const char *const texts[FIELDS] = {name->suite, name->class_name, name->name, name->file};
	const char *const old[FIELDS] = {before->suite, before->class_name, before->name,
					 before->file};
	enum field_mode modes[FIELDS];
	unsigned tag = 0;

	for (unsigned i = 0; i < FIELDS; i++) {
		modes[i] = !texts[i]                  ? FIELD_NONE
			   : str_eq(texts[i], old[i]) ? FIELD_SAME
						      : FIELD_TEXT;
		tag |= (unsigned)modes[i] << 2 * i;
	}
	buf_char(out, (char)tag);
	if (test->identity) {
		pack_number(out, IDENTITY_FOLLOWS);
		buf_add(out, test->identity, strlen(test->identity) + 1);
	}
	pack_number(out, name->copy);
	for (unsigned i = 0; i < FIELDS; i++) {
		if (modes[i] == FIELD_TEXT) {
			utf8_clean(out, texts[i], strlen(texts[i]));
			buf_char(out, '\0');
		}
	}
}

static bool is_identity(const char *text)
{
	return text && strlen(text) == TEST_ID_LEN &&
	       strspn(text, "0123456789abcdef") == TEST_ID_LEN;
}

/* False when it is damaged; so below. */
static bool read_copy(struct pack_cursor *cursor, struct known_test *out)
{
	uint64_t copy = 0;
	bool good = pack_next_number(cursor, &copy);

	out->identity = NULL;
	if (good && copy == IDENTITY_FOLLOWS) {
		out->identity = pack_next_text(cursor);
		good = is_identity(out->identity) && pack_next_number(cursor, &copy);
	}
	out->name.copy = (unsigned)copy;
	return good && copy <= UINT_MAX;
}

static bool read_test(struct pack_cursor *cursor, const struct test_name *before,
		      struct known_test *out)
{
	unsigned char tag;

	out->name = *before;
	if (!pack_next_byte(cursor, &tag) || !read_copy(cursor, out)) {
		return false;
	}
	for (unsigned i = 0; i < FIELDS; i++, tag >>= 2) {
		char **slot = field(&out->name, i);
		unsigned mode = tag & 3;

		if (mode == FIELD_NONE) {
			*slot = NULL;
		} else if (mode == FIELD_TEXT) {
			const char *text = pack_next_text(cursor);

			if (!text) {
				return false;
			}
			/* Borrowed: nobody writes through the names of a page. */
			memcpy(slot, &text, sizeof(text));
		} else if (mode != FIELD_SAME) {
			return false;
		}
	}
	return true;
}

static bool read_tests(struct test_page *page, int64_t len)
{
	struct pack_cursor cursor = pack_open(&page->content);
	struct test_name before = {0};

	for (int64_t i = 0; i < len; i++) {
		struct known_test *test = VEC_PUSH(&page->tests);

		if (!read_test(&cursor, &before, test)) {
			return false;
		}
		before = test->name;
	}
	return cursor.at == cursor.end;
}

/* From a row of first_id, len and tests. */
static int read_page(struct db *db, const struct stmt *row, struct test_page *page, struct err *err)
{
	int64_t len = stmt_col_int(row, 1);

	page->first_id = stmt_col_int(row, 0);
	page->content.max = PACK_MAX;
	buf_clear(&page->content);
	page->tests.len = 0;
	page->changed = false;
	if (len < 1 || len > PAGE_TESTS || page->first_id < 1 || page->first_id > INT64_MAX - len ||
	    !stmt_col_unpack(row, 2, &page->content) || !read_tests(page, len)) {
		page->tests.len = 0;
		return db_damaged(db, err, "page %" PRId64 " of tests", page->first_id);
	}
	return 0;
}

static bool holds(const struct test_page *page, int64_t test_id)
{
	return test_id >= page->first_id && page->tests.len > 0 &&
	       (uint64_t)(test_id - page->first_id) < page->tests.len;
}

static int query_page(struct db *db, const char *statement, int64_t test_id, struct test_page *page,
		      struct err *err)
{
	CLEANUP(stmt_done) struct stmt *load = db_stmt(db, statement);
	int more;

	stmt_bind_int(load, ":id", test_id);
	more = stmt_next(load, err);
	return more == 0 ? read_page(db, load, page, err) : more;
}

int test_page_find(struct db *db, int64_t test_id, struct test_page *page, struct err *err)
{
	int more = 0;

	if (!holds(page, test_id)) {
		more = query_page(db, "find_test_page", test_id, page, err);
	}
	return more == 0 && !holds(page, test_id) ? 1 : more;
}

int test_page_next(struct db *db, int64_t after, struct test_page *page, struct err *err)
{
	return query_page(db, "next_test_page", after, page, err);
}

static int write_page(struct db *db, int64_t first_id, const struct known_test *tests, size_t len,
		      struct err *err)
{
	static const struct test_name none;
	CLEANUP(buf_release) struct buf content = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf packed = BUF_INIT(BUF_OWN_MAX);
	struct stmt *write = db_stmt(db, "write_test_page");

	for (size_t i = 0; i < len; i++) {
		write_test(&content, &tests[i], i > 0 ? &tests[i - 1].name : &none);
	}
	pack_add(&packed, buf_str(&content), content.len);
	stmt_bind_int(write, ":first", first_id);
	stmt_bind_int(write, ":len", (int64_t)len);
	stmt_bind_blob(write, ":tests", &packed);
	return stmt_run(write, err);
}

int test_page_flush(struct db *db, struct test_page *page, struct err *err)
{
	if (!page->changed) {
		return 0;
	}
	page->changed = false;
	return write_page(db, page->first_id, page->tests.items, page->tests.len, err);
}

int test_pages_write(struct db *db, int64_t first_id, const struct known_test *tests, size_t len,
		     struct err *err)
{
	for (size_t at = 0; at < len; at += PAGE_TESTS) {
		size_t room = len - at < PAGE_TESTS ? len - at : PAGE_TESTS;

		if (write_page(db, first_id + (int64_t)at, tests + at, room, err) < 0) {
			return -1;
		}
	}
	return 0;
}

int test_pages_append(struct db *db, const struct known_tests *tests, int64_t *first_id,
		      struct err *err)
{
	CLEANUP(test_page_release) struct test_page last = {0};
	size_t room = 0;
	int more = query_page(db, "find_test_page", INT64_MAX, &last, err);

	if (more < 0) {
		return -1;
	}
	*first_id = more == 0 ? last.first_id + (int64_t)last.tests.len : 1;
	if (more == 0) {
		for (; room < tests->len && last.tests.len < PAGE_TESTS; room++) {
			*VEC_PUSH(&last.tests) = tests->items[room];
			last.changed = true;
		}
	}
	if (test_page_flush(db, &last, err) < 0) {
		return -1;
	}
	return test_pages_write(db, *first_id + (int64_t)room, tests->items + room,
				tests->len - room, err);
}
