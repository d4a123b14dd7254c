/* SPDX-License-Identifier: Apache-2.0 */
#include "history/check.h"

#include "base/hash.h"
#include "base/str.h"
#include "history/pace.h"
#include "history/pack.h"
#include "history/roster.h"
#include "history/suite.h"

#include <inttypes.h>

/* Calls one for each id that the statement lists. */
static int each_id(struct check *check, const char *statement,
		   int (*one)(struct check *check, int64_t id, struct err *err), struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(check->db, statement);
	int more;

	while ((more = stmt_next(row, err)) == 0) {
		if (check_step(check, 1, err) < 0 || one(check, stmt_col_int(row, 0), err) < 0) {
			return -1;
		}
	}
	return more < 0 ? check_is_content(check, err) : 0;
}

/* Of the tests of a list the first one that has no name is told. */
static bool knows(struct check *check, const char *table, int64_t id, int64_t test_id)
{
	if (check_knows_test(check, test_id)) {
		return true;
	}
	check_note(check, table, id, REMEDY_NONE, "lists test %" PRId64 ", which is not there",
		   test_id);
	return false;
}

static int check_suite(struct check *check, int64_t id, struct err *err)
{
	CLEANUP(suite_cache_release) struct suite_cache cache = {.db = check->db};
	const struct suite_ids *ids = NULL;

	if (suite_cache_get(&cache, id, &ids, err) < 0) {
		check_note(check, "suite", id, REMEDY_NONE, "is damaged");
		return check_is_content(check, err);
	}
	for (size_t i = 0; i < ids->len && knows(check, "suite", id, ids->items[i]); i++) {
	}
	return 0;
}

/* What it is found by, of what it holds. */
static int check_digest(struct check *check, int64_t id, struct err *err)
{
	CLEANUP(buf_release) struct buf content = BUF_INIT(PACK_MAX);
	CLEANUP(stmt_done) struct stmt *row = db_stmt(check->db, "care_roster");
	struct hash *hash = NULL;
	char digest[HASH_HEX_MAX + 1];
	int more;

	stmt_bind_int(row, ":id", id);
	more = stmt_next(row, err);
	if (more != 0 || !stmt_col_unpack(row, 1, &content)) {
		return more < 0 ? check_is_content(check, err) : 0;
	}
	hash = hash_new();
	hash_add(hash, buf_str(&content), content.len);
	hash_end(hash, digest, HASH_HEX_MAX);
	if (!str_eq(digest, stmt_col_borrow(row, 0))) {
		check_note(check, "roster", id, REMEDY_NONE, "is not what its digest says");
	}
	return 0;
}

static int check_roster(struct check *check, int64_t id, struct err *err)
{
	CLEANUP(roster_release) struct roster roster = {0};

	if (roster_load(check->db, id, &roster, err) < 0) {
		check_note(check, "roster", id, REMEDY_NONE, "is damaged");
		return check_is_content(check, err);
	}
	for (size_t i = 0; i < roster.len && knows(check, "roster", id, roster.items[i].id); i++) {
	}
	return check_digest(check, id, err);
}

static int check_pace(struct check *check, int64_t id, struct err *err)
{
	CLEANUP(pace_release) struct pace pace = {0};

	if (pace_load(check->db, id, &pace, err) < 0) {
		check_note(check, "pace", id, REMEDY_NONE, "is damaged");
		return check_is_content(check, err);
	}
	return 0;
}

int check_lists(struct check *check, struct err *err)
{
	if (each_id(check, "care_suites", check_suite, err) < 0 ||
	    each_id(check, "care_rosters", check_roster, err) < 0) {
		return -1;
	}
	return each_id(check, "care_paces", check_pace, err);
}
