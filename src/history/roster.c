/* SPDX-License-Identifier: Apache-2.0 */
#include "history/roster.h"

#include "base/hash.h"
#include "history/pack.h"

#include <inttypes.h>
#include <stdlib.h>

void roster_release(struct roster *roster)
{
	VEC_FREE(roster);
}

static int compare_tests(const void *left, const void *right)
{
	const struct roster_test *a = left, *b = right;

	if (a->id != b->id) {
		return a->id < b->id ? -1 : 1;
	}
	return (int)a->skipped - (int)b->skipped;
}

/* The everyday case: one list, in the order in which its tests were first seen. */
static bool is_sorted(const struct roster *roster)
{
	for (size_t i = 1; i < roster->len; i++) {
		if (roster->items[i - 1].id >= roster->items[i].id) {
			return false;
		}
	}
	return true;
}

void roster_sort(struct roster *roster)
{
	size_t kept = 0;

	if (is_sorted(roster)) {
		return;
	}
	qsort(roster->items, roster->len, sizeof(*roster->items), compare_tests);
	for (size_t i = 0; i < roster->len; i++) {
		if (kept == 0 || roster->items[kept - 1].id != roster->items[i].id) {
			roster->items[kept++] = roster->items[i];
		}
	}
	roster->len = kept;
}

void roster_merge(struct roster *roster, const struct roster *more)
{
	size_t at = roster->len, left = more->len;

	for (size_t i = 0; i < more->len; i++) {
		(void)VEC_PUSH(roster);
	}
	/* From the end, so that nothing is overwritten before it has moved. */
	for (size_t to = roster->len; left > 0; to--) {
		bool own = at > 0 && roster->items[at - 1].id > more->items[left - 1].id;

		roster->items[to - 1] = own ? roster->items[--at] : more->items[--left];
	}
}

static void write_tests(const struct roster *roster, struct buf *out)
{
	char chunk[256];
	size_t len = 0;
	int64_t before = 0;

	/* Most tests follow one another: a byte each. */
	VEC_EACH (const struct roster_test, test, roster) {
		int64_t step = (test->id - before) * 2 + test->skipped;

		before = test->id;
		if (len == sizeof(chunk) || step < 0 || step >= PACK_SMALL) {
			buf_add(out, chunk, len);
			len = 0;
		}
		if (step >= 0 && step < PACK_SMALL) {
			chunk[len++] = pack_small(step);
		} else {
			pack_signed(out, step);
		}
	}
	buf_add(out, chunk, len);
}

int roster_store(struct db *db, const struct roster *roster, int64_t *id, struct err *err)
{
	CLEANUP(buf_release) struct buf content = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf packed = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(stmt_done) struct stmt *find = db_stmt(db, "find_roster");
	struct hash *hash = hash_new();
	char digest[HASH_HEX_MAX + 1];
	struct stmt *insert = NULL;
	int more;

	write_tests(roster, &content);
	hash_add(hash, buf_str(&content), content.len);
	hash_end(hash, digest, HASH_HEX_MAX);
	stmt_bind_text(find, ":digest", digest);
	more = stmt_find(find, id, err);
	if (more <= 0) {
		return more;
	}
	pack_add(&packed, buf_str(&content), content.len);
	insert = db_stmt(db, "insert_roster");
	stmt_bind_text(insert, ":digest", digest);
	stmt_bind_int(insert, ":len", (int64_t)roster->len);
	stmt_bind_blob(insert, ":tests", &packed);
	if (stmt_run(insert, err) < 0) {
		return -1;
	}
	*id = db_last_id(db);
	return 0;
}

/* False when it is damaged. */
static bool read_tests(const struct buf *content, int64_t len, struct roster *out)
{
	struct pack_cursor cursor = pack_open(content);
	uint64_t id = 0;
	int64_t step = 0;

	/* A test takes a byte at least. */
	if (len < 0 || (uint64_t)len > content->len) {
		return false;
	}
	for (int64_t i = 0; i < len; i++) {
		struct roster_test *test = VEC_PUSH(out);

		if (!pack_next_signed(&cursor, &step)) {
			return false;
		}
		id += (uint64_t)(step >> 1);
		test->id = (int64_t)id;
		test->skipped = step & 1;
	}
	return cursor.at == cursor.end;
}

int roster_load(struct db *db, int64_t id, struct roster *out, struct err *err)
{
	CLEANUP(buf_release) struct buf content = BUF_INIT(PACK_MAX);
	CLEANUP(stmt_done) struct stmt *load = db_stmt(db, "load_roster");
	int more;

	out->len = 0;
	stmt_bind_int(load, ":id", id);
	more = stmt_next(load, err);
	if (more < 0) {
		return -1;
	}
	if (more == 1 || !stmt_col_unpack(load, 1, &content) ||
	    !read_tests(&content, stmt_col_int(load, 0), out)) {
		return db_damaged(db, err, "roster %" PRId64, id);
	}
	return 0;
}
