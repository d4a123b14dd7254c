/* SPDX-License-Identifier: Apache-2.0 */
#include "history/decode.h"
#include "history/id_map.h"
#include "history/load.h"
#include "history/roster.h"
#include "history/seen.h"
#include "history/test_page.h"
#include "history/tests.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/*
 * From rollups to observations and rosters. The rollups of a window tell which tests are wanted: those
 * that did more than pass in it. Of the others nothing is read but the rosters, which most runs share.
 */

/* One observation, as it was read. */
struct sight {
	size_t run;
	size_t test; /* index into out->tests, once they are known */
	struct seen seen;
};

struct results {
	struct loader *loader;
	struct evidence *out;
	int64_t asked; /* a test id; 0: all */
	struct {
		VEC(struct sight)
	} sights; /* in the order of the runs */
	struct {
		VEC(int64_t)
	} wanted;                /* test ids in rising order */
	struct id_map index;     /* from test id to its index in out->tests, plus 1 */
	struct id_map all;       /* every test of the rosters */
	struct id_map rosters;   /* from id to its index in out->rosters, plus 1 */
	struct id_map signature; /* of the test at hand: from id to its index in out, plus 1 */
	struct test_page page;
};

static void results_end(struct results *results)
{
	VEC_FREE(&results->sights);
	VEC_FREE(&results->wanted);
	id_map_release(&results->index);
	id_map_release(&results->all);
	id_map_release(&results->rosters);
	id_map_release(&results->signature);
	test_page_release(&results->page);
}

enum rollup_column {
	ROLLUP_RUN,
	ROLLUP_RESULTS,
	ROLLUP_TESTS,
	ROLLUP_US,
	ROLLUP_ROSTER,
	ROLLUP_SEEN
};

static int read_seen(struct results *results, size_t run, const struct stmt *row, struct err *err)
{
	size_t len = 0;
	const unsigned char *bytes = stmt_col_blob(row, ROLLUP_SEEN, &len);
	struct pack_cursor cursor = {.at = bytes, .end = bytes + len};
	struct seen seen = {0};

	while (cursor.at < cursor.end) {
		if (!seen_read(&cursor, &seen)) {
			return db_damaged(results->loader->db, err, "the rollup of run %" PRId64,
					  stmt_col_int(row, ROLLUP_RUN));
		}
		if (!results->asked || seen.test_id == results->asked) {
			*VEC_PUSH(&results->sights) = (struct sight){.run = run, .seen = seen};
		}
	}
	return 0;
}

static int read_rollups(struct results *results, struct err *err)
{
	struct loader *loader = results->loader;
	CLEANUP(stmt_done) struct stmt *row = load_window(loader, "load_rollups");
	size_t run = 0;
	int more;

	while ((more = stmt_next(row, err)) == 0) {
		struct run_facts *facts = NULL;

		run = load_walk_to(loader, run, stmt_col_int(row, ROLLUP_RUN));
		if (run == loader->runs.len) {
			continue;
		}
		facts = &results->out->runs.items[run];
		facts->tests = (size_t)stmt_col_int(row, ROLLUP_TESTS);
		facts->tests_us = stmt_col_int(row, ROLLUP_US);
		results->out->results += (size_t)stmt_col_int(row, ROLLUP_RESULTS);
		if (!run_is_evidence(facts->outcome)) {
			continue;
		}
		loader->runs.items[run].roster = stmt_col_int(row, ROLLUP_ROSTER);
		if (read_seen(results, run, row, err) < 0) {
			return -1;
		}
	}
	return more < 0 ? -1 : 0;
}

static int compare_ids(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return (left > right) - (left < right);
}

static void list_wanted(struct results *results)
{
	CLEANUP(id_map_release) struct id_map known = {0};

	if (results->asked) {
		*VEC_PUSH(&results->wanted) = results->asked;
	}
	VEC_EACH (const struct sight, sight, &results->sights) {
		if (!results->asked && !id_map_add(&known, sight->seen.test_id, 1)) {
			*VEC_PUSH(&results->wanted) = sight->seen.test_id;
		}
	}
	if (results->wanted.len > 0) {
		qsort(results->wanted.items, results->wanted.len, sizeof(*results->wanted.items),
		      compare_ids);
	}
}

/* A test and its number on this machine. */
struct named_test {
	struct test_facts facts;
	int64_t id;
};

struct named_tests {
	VEC(struct named_test)
};

static int compare_named(const void *left, const void *right)
{
	const struct named_test *a = left, *b = right;

	return strcmp(a->facts.id, b->facts.id);
}

/* Read in the order of their ids: page by page. */
static int name_wanted(struct results *results, struct named_tests *out, struct err *err)
{
	struct test_page *page = &results->page;

	list_wanted(results);
	VEC_EACH (const int64_t, id, &results->wanted) {
		struct named_test *test = VEC_PUSH(out);
		int more = test_page_find(results->loader->db, *id, page, err);

		test->id = *id;
		if (more < 0) {
			return -1;
		}
		if (more == 0) {
			decode_test(&page->tests.items[*id - page->first_id], &test->facts);
		}
	}
	return 0;
}

/* By identity: the ids of two machines differ, and what follows from the evidence must not. */
static int add_wanted(struct results *results, struct err *err)
{
	struct named_tests named = {0};
	int done = name_wanted(results, &named, err);

	if (named.len > 0) {
		qsort(named.items, named.len, sizeof(*named.items), compare_named);
	}
	VEC_EACH (const struct named_test, test, &named) {
		*VEC_PUSH(&results->out->tests) = test->facts;
		id_map_add(&results->index, test->id, (unsigned)results->out->tests.len);
	}
	VEC_FREE(&named);
	return done;
}

static int add_roster(struct results *results, int64_t id, struct err *err)
{
	CLEANUP(roster_release) struct roster roster = {0};
	size_t number = evidence_add_roster(results->out);

	id_map_add(&results->rosters, id, (unsigned)number + 1);
	if (roster_load(results->loader->db, id, &roster, err) < 0) {
		return -1;
	}
	VEC_EACH (const struct roster_test, test, &roster) {
		const unsigned *at = id_map_get(&results->index, test->id);

		id_map_add(&results->all, test->id, 1);
		if (at) {
			evidence_put_on_roster(results->out, number, *at - 1, test->skipped);
		}
	}
	return 0;
}

static int add_rosters(struct results *results, struct err *err)
{
	for (size_t run = 0; run < results->out->runs.len; run++) {
		int64_t id = results->loader->runs.items[run].roster;

		if (id == 0) {
			continue;
		}
		if (!id_map_get(&results->rosters, id) && add_roster(results, id, err) < 0) {
			return -1;
		}
		results->out->runs.items[run].roster = *id_map_get(&results->rosters, id);
	}
	results->out->tests_seen = results->all.len;
	return 0;
}

/* Finds the failure's signature among those of the test, or adds it. */
static int add_signature(struct results *results, const struct seen *seen, struct observation *out,
			 struct err *err)
{
	const unsigned *known = id_map_get(&results->signature, seen->signature_id);
	struct signature_facts *facts = NULL;
	CLEANUP(stmt_done) struct stmt *row = NULL;
	int more;

	out->has_signature = true;
	if (known) {
		out->signature = *known - 1;
		return 0;
	}
	facts = VEC_PUSH(&results->out->signatures);
	out->signature = results->out->signatures.len - 1;
	id_map_add(&results->signature, seen->signature_id, (unsigned)out->signature + 1);
	facts->failure = seen->failure_id;
	row = db_stmt(results->loader->db, "load_signature");
	stmt_bind_int(row, ":id", seen->signature_id);
	more = stmt_next(row, err);
	if (more == 0) {
		decode_id(facts->id, sizeof(facts->id), stmt_col_borrow(row, 0));
		facts->example = decode_text(row, 1);
	} else {
		facts->example = mem_str("");
	}
	return more < 0 ? -1 : 0;
}

static int add_observation(struct results *results, const struct sight *sight, struct err *err)
{
	struct observation seen = sight->seen.what;

	seen.run = sight->run;
	seen.test = sight->test;
	if (sight->seen.signature_id && add_signature(results, &sight->seen, &seen, err) < 0) {
		return -1;
	}
	*VEC_PUSH(&results->out->observations) = seen;
	return 0;
}

/* By test, and within a test as they came: one pass to count, one to put in place. */
static int add_observations(struct results *results, struct err *err)
{
	size_t tests = results->out->tests.len, len = results->sights.len;
	AUTO_FREE size_t *ends = mem_array(tests + 1, sizeof(*ends));
	AUTO_FREE size_t *order = mem_array(len + 1, sizeof(*order));
	size_t start = 0, at = 0;

	VEC_EACH (struct sight, sight, &results->sights) {
		sight->test = *id_map_get(&results->index, sight->seen.test_id) - 1;
		ends[sight->test]++;
	}
	for (size_t test = 0; test < tests; test++) {
		start += ends[test];
		ends[test] = start - ends[test];
	}
	for (size_t i = 0; i < len; i++) {
		order[ends[results->sights.items[i].test]++] = i;
	}
	for (size_t test = 0; test < tests; test++) {
		id_map_release(&results->signature);
		for (; at < ends[test]; at++) {
			if (add_observation(results, &results->sights.items[order[at]], err) < 0) {
				return -1;
			}
		}
	}
	return 0;
}

/* Skips are told of a test that was asked for. */
static void tell_skips(struct results *results)
{
	struct evidence *out = results->out;
	struct observation *told = mem_array(out->runs.len + 1, sizeof(*told));
	size_t len = 0, at = 0;

	for (size_t run = 0; run < out->runs.len; run++) {
		if (at < out->observations.len && out->observations.items[at].run == run) {
			told[len++] = out->observations.items[at++];
		} else if (evidence_skipped(out, 0, run)) {
			told[len++] = (struct observation){
				.run = run, .first = OUTCOME_SKIPPED, .duration_us = -1};
		}
	}
	free(out->observations.items);
	out->observations.items = told;
	out->observations.len = len;
	out->observations.cap = out->runs.len + 1;
}

/* 1 when there is no such test. */
static int find_asked(struct results *results, struct err *err)
{
	const char *id = results->loader->window->test_id;

	return id ? tests_find(results->loader->db, id, &results->asked, err) : 0;
}

int load_results(struct loader *loader, struct err *err)
{
	CLEANUP(results_end) struct results results = {.loader = loader, .out = loader->out};
	int more = find_asked(&results, err);

	if (more != 0) {
		return more < 0 ? -1 : 0;
	}
	if (read_rollups(&results, err) < 0 || add_wanted(&results, err) < 0 ||
	    add_rosters(&results, err) < 0 || add_observations(&results, err) < 0) {
		return -1;
	}
	if (results.asked) {
		tell_skips(&results);
	}
	return 0;
}
