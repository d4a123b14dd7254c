/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history.h"

#include "base/str.h"
#include "history/block.h"
#include "history/decode.h"
#include "history/id_map.h"
#include "history/internal.h"
#include "history/record.h"
#include "history/roster.h"
#include "history/seen_reader.h"
#include "history/test_page.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Fewer digits of a test id are more likely a word. */
#define PREFIX_MIN 4

#define FOUND_MAX 50

/* The runs of the same thing; command is that of record_command(), and stays. */
static void bind_like(struct stmt *stmt, const struct run *like, const char *command)
{
	stmt_bind_text(stmt, ":job", str_or(like->job, ""));
	stmt_bind_text(stmt, ":variant", str_or(like->variant, ""));
	stmt_bind_text(stmt, ":command", command);
	stmt_bind_text(stmt, ":folder", like->folder);
}

/* The attempt to compare with. */
struct expected {
	int64_t attempt_id, run_id; /* 0: there is none */
	bool thinned;               /* only its rollup is left */
};

static int find_expected_attempt(struct db *db, const struct run *like, struct expected *out,
				 struct err *err)
{
	CLEANUP(stmt_done) struct stmt *find = db_stmt(db, "find_expected_attempt");
	AUTO_FREE char *command = record_command(&like->command);
	int more;

	bind_like(find, like, command);
	more = stmt_next(find, err);
	if (more == 0) {
		out->attempt_id = stmt_col_int(find, 0);
		out->run_id = stmt_col_int(find, 1);
		out->thinned = stmt_col_int(find, 2) != 0;
	}
	return more < 0 ? -1 : 0;
}

/* The same of a run whose results were dropped. */
static int list_thinned_tests(struct db *db, int64_t run_id, struct id_map *out, struct err *err)
{
	CLEANUP(roster_release) struct roster roster = {0};
	CLEANUP(stmt_done) struct stmt *find = db_stmt(db, "find_roster_of_run");
	int64_t roster_id = 0;

	stmt_bind_int(find, ":run", run_id);
	if (stmt_find(find, &roster_id, err) < 0 ||
	    (roster_id && roster_load(db, roster_id, &roster, err) < 0)) {
		return -1;
	}
	VEC_EACH (const struct roster_test, test, &roster) {
		if (!test->skipped) {
			id_map_add(out, test->id, 1);
		}
	}
	return 0;
}

/* Each test that the attempt ran once, whatever became of it; a skip is no running. */
static int list_attempt_tests(struct db *db, int64_t attempt_id, struct id_map *out,
			      struct err *err)
{
	CLEANUP(block_cache_release) struct block_cache cache = {.suites = {.db = db}};
	CLEANUP(block_release) struct block block = {0};
	CLEANUP(stmt_done) struct stmt *blocks = db_stmt(db, "list_attempt_blocks");
	CLEANUP(stmt_done) struct stmt *rows = db_stmt(db, "list_attempt_rows");
	int more;

	stmt_bind_int(blocks, ":attempt", attempt_id);
	stmt_bind_int(rows, ":attempt", attempt_id);
	while ((more = stmt_next(blocks, err)) == 0) {
		if (block_read(&block, &cache, blocks, 0, err) < 0) {
			return -1;
		}
		BLOCK_EACH(i, &block)
		{
			unsigned char code = (unsigned char)block.codes.data[i];

			if (code != BLOCK_ROW && block_outcome(code) != OUTCOME_SKIPPED) {
				id_map_add(out, block.test_ids[i], 1);
			}
		}
	}
	while (more == 1 && (more = stmt_next(rows, err)) == 0) {
		if (decode_outcome(stmt_col_borrow(rows, 1)) != OUTCOME_SKIPPED) {
			id_map_add(out, stmt_col_int(rows, 0), 1);
		}
		more = 1;
	}
	return more < 0 ? -1 : 0;
}

/* The identities of the tests of a page that are wanted. */
static void add_identities(const struct test_page *page, const struct id_map *wanted,
			   struct strv *out)
{
	char identity[TEST_ID_LEN + 1];

	for (size_t i = 0; i < page->tests.len; i++) {
		if (id_map_get(wanted, page->first_id + (int64_t)i)) {
			known_test_id(&page->tests.items[i], identity);
			strv_add(out, identity);
		}
	}
}

static int64_t last_id(const struct test_page *page)
{
	return page->first_id + (int64_t)page->tests.len - 1;
}

/* Sorted. */
static int list_identities(struct db *db, const struct id_map *wanted, struct strv *out,
			   struct err *err)
{
	CLEANUP(test_page_release) struct test_page page = {0};
	int64_t id = 0;
	int more = 0;

	while (out->len < wanted->len && (more = test_page_next(db, id, &page, err)) == 0) {
		add_identities(&page, wanted, out);
		id = last_id(&page);
	}
	strv_sort(out);
	return more < 0 ? -1 : 0;
}

int history_expected_tests(struct history *history, const struct run *like, struct strv *out,
			   struct err *err)
{
	CLEANUP(id_map_release) struct id_map wanted = {0};
	struct db *db = &history->db;
	struct expected expected = {0};
	int done = find_expected_attempt(db, like, &expected, err);

	if (done == 0) {
		done = expected.thinned ? list_thinned_tests(db, expected.run_id, &wanted, err)
					: list_attempt_tests(db, expected.attempt_id, &wanted, err);
	}
	return done < 0 ? -1 : list_identities(db, &wanted, out, err);
}

/* From rows of a run and what its tests did. */
static int add_thinned_flakes(const struct stmt *row, struct id_map *out, struct err *err)
{
	struct seen_reader reader = seen_reader_open(row, 1);
	int more;

	while ((more = seen_reader_next(&reader, err)) == 0) {
		const struct observation *what = &reader.seen.what;

		if (outcome_is_bad(what->first) && !what->service_down) {
			id_map_add(out, reader.seen.test_id, 1);
		}
	}
	return more < 0 ? -1 : 0;
}

static int find_thinned_flakes(struct db *db, const struct run *like, int64_t since_us,
			       struct id_map *out, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(db, "find_thinned_flakes");
	AUTO_FREE char *command = record_command(&like->command);
	int more;

	bind_like(row, like, command);
	stmt_bind_int(row, ":since", since_us);
	while ((more = stmt_next(row, err)) == 0) {
		if (add_thinned_flakes(row, out, err) < 0) {
			return -1;
		}
	}
	return more < 0 ? -1 : 0;
}

int history_known_flakes(struct history *history, const struct run *like, int64_t since_us,
			 struct strv *out, struct err *err)
{
	CLEANUP(id_map_release) struct id_map wanted = {0};
	CLEANUP(stmt_done) struct stmt *row = db_stmt(&history->db, "find_known_flakes");
	AUTO_FREE char *command = record_command(&like->command);
	int more;

	bind_like(row, like, command);
	stmt_bind_int(row, ":since", since_us);
	while ((more = stmt_next(row, err)) == 0) {
		id_map_add(&wanted, stmt_col_int(row, 0), 1);
	}
	if (more < 0 || find_thinned_flakes(&history->db, like, since_us, &wanted, err) < 0) {
		return -1;
	}
	return list_identities(&history->db, &wanted, out, err);
}

/* The text in lower case when it can begin a test id, else NULL. The caller frees. */
static char *id_prefix(const char *text)
{
	size_t len = strlen(text);
	char *prefix;

	if (len < PREFIX_MIN || len > TEST_ID_LEN ||
	    strspn(text, "0123456789abcdefABCDEF") != len) {
		return NULL;
	}
	prefix = mem_str(text);
	for (char *c = prefix; *c; c++) {
		if (*c >= 'A' && *c <= 'F') {
			*c = (char)(*c - 'A' + 'a');
		}
	}
	return prefix;
}

/* How well a test answers the question; the first two win alone. */
enum rank { RANK_SHOWN, RANK_NAME, RANK_ID, RANK_PART, RANK_NONE };

struct candidate {
	enum rank rank;
	char *shown;
	struct test_facts facts;
};

struct search {
	const char *text;
	char *prefix; /* NULL: the text begins no id */
	struct {
		VEC(struct candidate) /* the best FOUND_MAX, best first */
	} found;
};

static void candidate_release(struct candidate *candidate)
{
	free(candidate->shown);
	test_facts_release(&candidate->facts);
}

static void search_end(struct search *search)
{
	VEC_EACH (struct candidate, candidate, &search->found) {
		candidate_release(candidate);
	}
	VEC_FREE(&search->found);
	free(search->prefix);
}

/* The id costs a hash: it is made only where it is asked for. */
static enum rank rank_of(const struct search *search, const struct known_test *test,
			 const char *shown)
{
	char identity[TEST_ID_LEN + 1];

	if (str_eq(shown, search->text)) {
		return RANK_SHOWN;
	}
	if (str_eq(test->name.name, search->text)) {
		return RANK_NAME;
	}
	if (search->prefix) {
		known_test_id(test, identity);
		if (str_starts(identity, search->prefix)) {
			return RANK_ID;
		}
	}
	return strcasestr(shown, search->text) ? RANK_PART : RANK_NONE;
}

static int compare_candidates(const struct candidate *a, const struct candidate *b)
{
	int order;

	if (a->rank != b->rank) {
		return a->rank < b->rank ? -1 : 1;
	}
	order = strcmp(a->shown, b->shown);
	return order ? order : strcmp(a->facts.id, b->facts.id);
}

/* Into its place; what falls out at the end is forgotten. Takes the candidate over. */
static void keep(struct search *search, const struct candidate *candidate)
{
	size_t at;

	*VEC_PUSH(&search->found) = *candidate;
	for (at = search->found.len - 1; at > 0; at--) {
		if (compare_candidates(&search->found.items[at - 1], candidate) <= 0) {
			break;
		}
		search->found.items[at] = search->found.items[at - 1];
	}
	search->found.items[at] = *candidate;
	if (search->found.len > FOUND_MAX) {
		candidate_release(&search->found.items[--search->found.len]);
	}
}

static void look_at_page(struct search *search, const struct test_page *page)
{
	CLEANUP(buf_release) struct buf shown = BUF_INIT(BUF_OWN_MAX);

	VEC_EACH (const struct known_test, test, &page->tests) {
		struct candidate candidate = {0};

		buf_clear(&shown);
		test_name_show(&test->name, &shown);
		candidate.rank = rank_of(search, test, buf_str(&shown));
		if (candidate.rank != RANK_NONE) {
			candidate.shown = mem_str(buf_str(&shown));
			decode_test(test, &candidate.facts);
			keep(search, &candidate);
		}
	}
}

int history_find_tests(struct history *history, const char *text, struct test_facts_list *out,
		       struct err *err)
{
	CLEANUP(test_page_release) struct test_page page = {0};
	CLEANUP(search_end) struct search search = {.text = text, .prefix = id_prefix(text)};
	int64_t id = 0;
	int more;

	while ((more = test_page_next(&history->db, id, &page, err)) == 0) {
		look_at_page(&search, &page);
		id = last_id(&page);
	}
	VEC_EACH (struct candidate, candidate, &search.found) {
		if (search.found.items[0].rank > RANK_NAME ||
		    candidate->rank == search.found.items[0].rank) {
			*VEC_PUSH(out) = candidate->facts;
			candidate->facts = (struct test_facts){0};
		}
	}
	return more < 0 ? -1 : 0;
}

void test_facts_list_release(struct test_facts_list *list)
{
	for (size_t i = 0; i < list->len; i++) {
		test_facts_release(&list->items[i]);
	}
	VEC_FREE(list);
}

int history_info(struct history *history, struct history_info *out, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(&history->db, "info");
	int64_t version = 0;

	*out = (struct history_info){0};
	if (db_ask_int(&history->db, "PRAGMA user_version", &version, err) < 0 ||
	    stmt_next(row, err) < 0) {
		return -1;
	}
	out->schema = (int)version;
	out->runs = stmt_col_int(row, 0);
	out->tests = stmt_col_int(row, 1);
	out->results = stmt_col_int(row, 2);
	out->waits = stmt_col_int(row, 3);
	out->first_run_us = stmt_col_int(row, 4);
	out->last_run_us = stmt_col_int(row, 5);
	return 0;
}
