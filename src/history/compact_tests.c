/* SPDX-License-Identifier: Apache-2.0 */
#include "history/compact.h"

#include "history/roster.h"
#include "history/suite.h"
#include "history/test_days.h"
#include "history/test_index.h"
#include "history/test_page.h"

#include <stdlib.h>

/*
 * Names that are different in each run would fill a history for ever. Tests lie in pages, and those that came
 * together go together: a page of which nobody names one test any more is dropped. The last one stays, so that
 * no number is given twice.
 */
struct page_use {
	int64_t first, end;
	bool used;
};

struct pages {
	struct db *db;
	struct {
		VEC(struct page_use) /* in rising order */
	} list;
	size_t last; /* that was found */
};

static void pages_end(struct pages *pages)
{
	VEC_FREE(&pages->list);
}

static int list_pages(struct pages *pages, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(pages->db, "care_page_ranges");
	int more;

	while ((more = stmt_next(row, err)) == 0) {
		int64_t first = stmt_col_int(row, 0);

		*VEC_PUSH(&pages->list) =
			(struct page_use){.first = first, .end = first + stmt_col_int(row, 1)};
	}
	return more < 0 ? -1 : 0;
}

static bool holds(const struct page_use *page, int64_t id)
{
	return id >= page->first && id < page->end;
}

/* Lists go through the ids in order, as a rule. */
static struct page_use *find_page(struct pages *pages, int64_t id)
{
	size_t low = 0, high = pages->list.len;

	if (pages->last < high && holds(&pages->list.items[pages->last], id)) {
		return &pages->list.items[pages->last];
	}
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (pages->list.items[middle].end <= id) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	if (low == pages->list.len || !holds(&pages->list.items[low], id)) {
		return NULL;
	}
	pages->last = low;
	return &pages->list.items[low];
}

static void use(struct pages *pages, int64_t id)
{
	struct page_use *page = find_page(pages, id);

	if (page) {
		page->used = true;
	}
}

static int use_named(struct pages *pages, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(pages->db, "care_named_tests");
	int more;

	while ((more = stmt_next(row, err)) == 0) {
		use(pages, stmt_col_int(row, 0));
	}
	return more < 0 ? -1 : 0;
}

static int use_suites(struct pages *pages, struct err *err)
{
	CLEANUP(suite_cache_release) struct suite_cache cache = {.db = pages->db};
	CLEANUP(stmt_done) struct stmt *row = db_stmt(pages->db, "care_suites");
	const struct suite_ids *ids = NULL;
	int more;

	while ((more = stmt_next(row, err)) == 0) {
		if (suite_cache_get(&cache, stmt_col_int(row, 0), &ids, err) < 0) {
			return -1;
		}
		for (size_t i = 0; i < ids->len; i++) {
			use(pages, ids->items[i]);
		}
	}
	return more < 0 ? -1 : 0;
}

static int use_rosters(struct pages *pages, struct err *err)
{
	CLEANUP(roster_release) struct roster roster = {0};
	CLEANUP(stmt_done) struct stmt *row = db_stmt(pages->db, "care_rosters");
	int more;

	while ((more = stmt_next(row, err)) == 0) {
		if (roster_load(pages->db, stmt_col_int(row, 0), &roster, err) < 0) {
			return -1;
		}
		VEC_EACH (const struct roster_test, test, &roster) {
			use(pages, test->id);
		}
	}
	return more < 0 ? -1 : 0;
}

static int forget_tests(struct pages *pages, const struct test_page *page, struct err *err)
{
	AUTO_FREE struct test_key *keys = mem_array(page->tests.len, sizeof(*keys));
	char identity[TEST_ID_LEN + 1];

	for (size_t i = 0; i < page->tests.len; i++) {
		known_test_id(&page->tests.items[i], identity);
		keys[i].hash = hash_from_hex(identity);
		keys[i].at = i;
	}
	test_index_sort(keys, page->tests.len);
	return test_index_remove(pages->db, keys, page->tests.len, err);
}

static int drop_page(struct pages *pages, const struct page_use *use, struct err *err)
{
	CLEANUP(test_page_release) struct test_page page = {0};
	struct stmt *drop = NULL;

	if (test_page_find(pages->db, use->first, &page, err) < 0 ||
	    forget_tests(pages, &page, err) < 0) {
		return -1;
	}
	drop = db_stmt(pages->db, "care_drop_page");
	stmt_bind_int(drop, ":first", use->first);
	return stmt_run(drop, err);
}

/* A part of days has tests of two pages. */
static bool is_wanted(struct pages *pages, int64_t part)
{
	for (int64_t id = part * DAYS_PART; id < (part + 1) * DAYS_PART; id++) {
		const struct page_use *page = find_page(pages, id);

		if (page && page->used) {
			return true;
		}
	}
	return false;
}

static int drop_days(struct pages *pages, int64_t part, struct err *err)
{
	struct stmt *drop = NULL;

	if (is_wanted(pages, part)) {
		return 0;
	}
	drop = db_stmt(pages->db, "care_drop_days");
	stmt_bind_int(drop, ":part", part);
	return stmt_run(drop, err);
}

static int drop_unused(struct compact *compact, struct pages *pages, struct err *err)
{
	for (size_t i = 0; i < pages->list.len; i++) {
		const struct page_use *use = &pages->list.items[i];

		if (use->used) {
			continue;
		}
		if (drop_page(pages, use, err) < 0 ||
		    drop_days(pages, use->first / DAYS_PART, err) < 0 ||
		    drop_days(pages, (use->end - 1) / DAYS_PART, err) < 0) {
			return -1;
		}
		compact->out->tests += use->end - use->first;
	}
	return 0;
}

int compact_tests(struct compact *compact, struct err *err)
{
	CLEANUP(pages_end) struct pages pages = {.db = compact->db};

	if (list_pages(&pages, err) < 0 || use_named(&pages, err) < 0 ||
	    use_suites(&pages, err) < 0 || use_rosters(&pages, err) < 0) {
		return -1;
	}
	if (pages.list.len > 0) {
		pages.list.items[pages.list.len - 1].used = true;
	}
	return drop_unused(compact, &pages, err);
}
