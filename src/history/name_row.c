/* SPDX-License-Identifier: Apache-2.0 */
#include "history/name_row.h"

static int insert(struct db *db, int64_t test_id, const struct known_test *test, struct err *err)
{
	CLEANUP(buf_release) struct buf shown = BUF_INIT(BUF_OWN_MAX);
	struct stmt *name = db_stmt(db, "name_test");
	char identity[TEST_ID_LEN + 1];

	known_test_id(test, identity);
	test_name_show(&test->name, &shown);
	stmt_bind_int(name, ":test", test_id);
	stmt_bind_text(name, ":id", identity);
	stmt_bind_text(name, ":shown", buf_str(&shown));
	return stmt_run(name, err);
}

int name_row_add(struct db *db, int64_t test_id, struct test_page *page, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *has = db_stmt(db, "has_name");
	int64_t known = 0;
	int more;

	stmt_bind_int(has, ":test", test_id);
	more = stmt_find(has, &known, err);
	if (more <= 0) {
		return more;
	}
	more = test_page_find(db, test_id, page, err);
	if (more != 0) {
		return more < 0 ? -1 : db_damaged(db, err, "the names of a test are gone");
	}
	return insert(db, test_id, &page->tests.items[test_id - page->first_id], err);
}

int name_row_change(struct db *db, int64_t test_id, const struct test_name *name, struct err *err)
{
	CLEANUP(buf_release) struct buf shown = BUF_INIT(BUF_OWN_MAX);
	struct stmt *rename = db_stmt(db, "rename_test");

	test_name_show(name, &shown);
	stmt_bind_int(rename, ":test", test_id);
	stmt_bind_text(rename, ":shown", buf_str(&shown));
	return stmt_run(rename, err);
}
