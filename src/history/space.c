/* SPDX-License-Identifier: Apache-2.0 */
#include "history/space.h"

#include "base/str.h"

/* Tables that are named nowhere here belong to the rest. */
static const struct {
	const char *table;
	enum space_kind kind;
} tables[] = {
	{"block", SPACE_PASSES},
	{"pace", SPACE_PASSES},
	{"result", SPACE_FAILURES},
	{"failure", SPACE_FAILURES},
	{"signature", SPACE_FAILURES},
	{"retry", SPACE_FAILURES},
	{"failure_frame", SPACE_TEXTS},
	{"rollup", SPACE_ROLLUPS},
	{"roster", SPACE_ROLLUPS},
	{"suite", SPACE_TESTS},
	{"test_page", SPACE_TESTS},
	{"test_hash", SPACE_TESTS},
	{"test_day", SPACE_TESTS},
	{"test_name", SPACE_TESTS},
	{"wait", SPACE_WAITS},
	{"service_event", SPACE_WAITS},
	{"started_service", SPACE_WAITS},
	{"run", SPACE_RUNS},
	{"attempt", SPACE_RUNS},
	{"results_file", SPACE_RUNS},
	{"commit_parent", SPACE_RUNS},
	{"conditions", SPACE_RUNS},
	{"autopsy", SPACE_RUNS},
	{"leak", SPACE_RUNS},
	{"alone", SPACE_RUNS},
	{"stray", SPACE_RUNS},
};

static enum space_kind kind_of(const char *table)
{
	for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
		if (str_eq(tables[i].table, table)) {
			return tables[i].kind;
		}
	}
	return SPACE_REST;
}

bool space_has_pages(struct db *db)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(db, "care_has_dbstat");
	struct err ignored = ERR_INIT;

	/* who cannot answer has none */
	return stmt_next(row, &ignored) == 0 && stmt_col_int(row, 0) > 0;
}

/* From rows of a name, its bytes, and whether it is an index. */
static int sum_up(struct db *db, bool by_pages, int64_t *space, struct err *err)
{
	CLEANUP(stmt_done)
	struct stmt *row = db_stmt(db, by_pages ? "care_space_by_pages" : "care_space_by_lengths");
	int more;

	while ((more = stmt_next(row, err)) == 0) {
		enum space_kind kind =
			stmt_col_int(row, 2) ? SPACE_INDEXES : kind_of(stmt_col_borrow(row, 0));

		space[kind] += stmt_col_int(row, 1);
	}
	return more < 0 ? -1 : 0;
}

int space_measure(struct db *db, bool by_pages, int64_t space[SPACE_KINDS], struct err *err)
{
	int64_t pages = 0, unused = 0, size = 0, left = 0;

	for (size_t i = 0; i < SPACE_KINDS; i++) {
		space[i] = 0;
	}
	if (db_ask_int(db, "PRAGMA page_count", &pages, err) < 0 ||
	    db_ask_int(db, "PRAGMA freelist_count", &unused, err) < 0 ||
	    db_ask_int(db, "PRAGMA page_size", &size, err) < 0 ||
	    sum_up(db, by_pages, space, err) < 0) {
		return -1;
	}
	space[SPACE_FREE] = unused * size;
	left = pages * size;
	for (size_t i = 0; i < SPACE_KINDS; i++) {
		left -= space[i];
	}
	/* lengths are not exact: less than nothing may be left */
	space[SPACE_REST] += left > 0 ? left : 0;
	return 0;
}
