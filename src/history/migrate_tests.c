/* SPDX-License-Identifier: Apache-2.0 */
#include "history/migrate.h"

#include "history/test_index.h"
#include "history/test_page.h"

#include <limits.h>
#include <string.h>

#define BATCH 4096 /* tests held in memory at once */

/* The tests of schema 1 keep their row ids, which results and verdicts refer to. */
struct mover {
	struct db *db;
	int64_t first_id;
	struct known_tests tests; /* of consecutive ids; their texts are owned */
	struct {
		VEC(struct test_key)
	} keys;
};

static void mover_end(struct mover *mover)
{
	VEC_EACH (struct known_test, test, &mover->tests) {
		test_name_release(&test->name);
	}
	VEC_FREE(&mover->tests);
	VEC_FREE(&mover->keys);
}

static int write_names(struct mover *mover, struct err *err)
{
	int done = test_pages_write(mover->db, mover->first_id, mover->tests.items,
				    mover->tests.len, err);

	VEC_EACH (struct known_test, test, &mover->tests) {
		test_name_release(&test->name);
	}
	mover->tests.len = 0;
	return done;
}

/* From a row of id, suite, class, name, file and copy. */
static int move_test(struct mover *mover, const struct stmt *row, struct err *err)
{
	int64_t id = stmt_col_int(row, 0);
	int64_t copy = stmt_col_int(row, 5);
	int64_t next = mover->first_id + (int64_t)mover->tests.len;
	char identity[TEST_ID_LEN + 1];
	struct test_name *name;
	struct test_key *key;

	if (mover->tests.len > 0 && (id != next || mover->tests.len == BATCH) &&
	    write_names(mover, err) < 0) {
		return -1;
	}
	if (mover->tests.len == 0) {
		mover->first_id = id;
	}
	name = &VEC_PUSH(&mover->tests)->name;
	name->suite = stmt_col_text(row, 1);
	name->class_name = stmt_col_text(row, 2);
	name->name = stmt_col_text(row, 3);
	name->file = stmt_col_text(row, 4);
	name->copy = copy < 0 || copy > UINT_MAX ? 0 : (unsigned)copy;
	test_name_id(name, identity);
	key = VEC_PUSH(&mover->keys);
	key->hash = hash_from_hex(identity);
	key->id = id;
	key->at = mover->keys.len;
	return 0;
}

int migrate_tests(struct db *db, struct err *err)
{
	static const char sql[] =
		"SELECT id, suite, class, name, file, copy FROM test WHERE id > 0 ORDER BY id";
	CLEANUP(mover_end) struct mover mover = {.db = db};
	CLEANUP(stmt_release) struct stmt row = {0};
	int more;

	stmt_make(&row, db, "tests of schema 1", sql, strlen(sql));
	while ((more = stmt_next(&row, err)) == 0) {
		if (move_test(&mover, &row, err) < 0) {
			return -1;
		}
	}
	if (more < 0 || write_names(&mover, err) < 0) {
		return -1;
	}
	test_index_sort(mover.keys.items, mover.keys.len);
	if (test_index_add(db, mover.keys.items, mover.keys.len, err) < 0) {
		return -1;
	}
	stmt_fresh(&row); /* an open reader would hold the table */
	return db_exec(db, "DROP TABLE test", err);
}
