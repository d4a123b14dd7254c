/* SPDX-License-Identifier: Apache-2.0 */
#include "history/decode.h"
#include "history/id_map.h"
#include "history/load.h"
#include "history/roster.h"
#include "history/sightings.h"
#include "history/test_page.h"
#include "history/tests.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/*
 * From rollups to observations and rosters. The rollups of a window tell which tests are wanted: those
 * that did more than pass in it. Of the others nothing is read but the rosters, which most runs share.
 */

struct wanted {
	int64_t id;
	size_t count; /* how often it was seen */
	bool asked;   /* for that one, whatever became of it */
};

struct results {
	struct loader *loader;
	struct evidence *out;
	struct sightings seen;
	struct {
		VEC(struct wanted)
	} wanted;
	size_t *place;            /* of each of the wanted: its index in out->tests */
	struct id_map index;      /* from test id to its index in `wanted`, plus 1 */
	struct id_map all;        /* every test of the rosters */
	struct id_map rosters;    /* from id to its index in out->rosters, plus 1 */
	struct id_map signature;  /* of the test at hand: from id to its index in out, plus 1 */
	struct id_map signatures; /* from id to the index of the first one in out, plus 1 */
	struct test_page page;
};

static void results_end(struct results *results)
{
	sightings_release(&results->seen);
	VEC_FREE(&results->wanted);
	free(results->place);
	id_map_release(&results->index);
	id_map_release(&results->all);
	id_map_release(&results->rosters);
	id_map_release(&results->signature);
	id_map_release(&results->signatures);
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

/* That test among the wanted; it lasts until the next one. */
static struct wanted *want(struct results *results, int64_t id)
{
	const unsigned *known = id_map_get(&results->index, id);
	struct wanted *added = NULL;

	if (known) {
		return &results->wanted.items[*known - 1];
	}
	added = VEC_PUSH(&results->wanted);
	added->id = id;
	id_map_add(&results->index, id, (unsigned)results->wanted.len);
	return added;
}

/* Each test that is seen. */
static int count_seen(struct results *results, struct err *err)
{
	struct sightings *seen = &results->seen;
	size_t damaged = sightings_count(seen);

	if (damaged != SIGHTINGS_SOUND) {
		return db_damaged(results->loader->db, err, "the rollup of run %" PRId64,
				  results->loader->runs.items[damaged].id);
	}
	for (size_t i = 0; i < seen->len; i++) {
		VEC_EACH (const struct sighted_test, test, &seen->parts[i].tests) {
			want(results, test->id)->count += test->count;
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
		const void *bytes = NULL;
		size_t len = 0;

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
		bytes = stmt_col_blob(row, ROLLUP_SEEN, &len);
		sightings_add(&results->seen, run, bytes, len);
	}
	return more < 0 ? -1 : count_seen(results, err);
}

/* A test and its number among the wanted. */
struct named_test {
	struct test_facts facts;
	int64_t id;
	size_t number;
};

struct named_tests {
	VEC(struct named_test)
};

static int compare_ids(const void *left, const void *right)
{
	const struct named_test *a = left, *b = right;

	return (a->id > b->id) - (a->id < b->id);
}

static int compare_named(const void *left, const void *right)
{
	const struct named_test *a = left, *b = right;

	return strcmp(a->facts.id, b->facts.id);
}

/* Read in the order of their ids: page by page. */
static int name_wanted(struct results *results, struct named_tests *out, struct err *err)
{
	struct test_page *page = &results->page;

	VEC_EACH (const struct wanted, wanted, &results->wanted) {
		*VEC_PUSH(out) = (struct named_test){
			.id = wanted->id, .number = (size_t)(wanted - results->wanted.items)};
	}
	if (out->len > 0) {
		qsort(out->items, out->len, sizeof(*out->items), compare_ids);
	}
	VEC_EACH (struct named_test, test, out) {
		int more = test_page_find(results->loader->db, test->id, page, err);

		if (more < 0) {
			return -1;
		}
		if (more == 0) {
			decode_test(&page->tests.items[test->id - page->first_id], &test->facts);
		}
	}
	return 0;
}

/* Those that were asked for, whatever became of them. */
static int want_also(struct results *results, struct err *err)
{
	const struct strv *also = results->loader->window->also;

	for (size_t i = 0; also && i < also->len; i++) {
		int64_t id = 0;
		int more = tests_find(results->loader->db, also->items[i], &id, err);

		if (more < 0) {
			return -1;
		}
		if (more == 0) {
			want(results, id)->asked = true;
		}
	}
	return 0;
}

/* By identity: the ids of two machines differ, and what follows from the evidence must not. */
static int add_wanted(struct results *results, struct err *err)
{
	struct named_tests named = {0};
	int done = 0;

	done = name_wanted(results, &named, err);
	if (named.len > 0) {
		qsort(named.items, named.len, sizeof(*named.items), compare_named);
	}
	results->place = mem_array(named.len + 1, sizeof(*results->place));
	VEC_EACH (const struct named_test, test, &named) {
		results->place[test->number] = results->out->tests.len;
		*VEC_PUSH(&results->out->tests) = test->facts;
		results->out->tests.items[results->out->tests.len - 1].asked =
			results->wanted.items[test->number].asked;
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
			evidence_put_on_roster(results->out, number, results->place[*at - 1],
					       test->skipped);
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

/* What the signature of that id is, of which another test may have been asked already. */
static int read_signature(struct results *results, int64_t id, struct signature_facts *out,
			  struct err *err)
{
	const unsigned *known = id_map_get(&results->signatures, id);
	CLEANUP(stmt_done) struct stmt *row = NULL;
	int more;

	if (known) {
		const struct signature_facts *same = &results->out->signatures.items[*known - 1];

		memcpy(out->id, same->id, sizeof(out->id));
		out->example = mem_str(same->example);
		return 0;
	}
	row = db_stmt(results->loader->db, "load_signature");
	stmt_bind_int(row, ":id", id);
	more = stmt_next(row, err);
	if (more == 0) {
		decode_id(out->id, sizeof(out->id), stmt_col_borrow(row, 0));
		out->example = decode_text(row, 1);
	} else {
		out->example = mem_str("");
	}
	id_map_add(&results->signatures, id, (unsigned)results->out->signatures.len);
	return more < 0 ? -1 : 0;
}

/* Finds the failure's signature among those of the test, or adds it. */
static int settle_signature(struct results *results, struct observation *seen, int64_t failure,
			    struct err *err)
{
	int64_t id = (int64_t)seen->signature;
	const unsigned *known = id_map_get(&results->signature, id);
	struct signature_facts *facts = NULL;

	if (known) {
		seen->signature = *known - 1;
		return 0;
	}
	facts = VEC_PUSH(&results->out->signatures);
	facts->failure = failure;
	seen->signature = results->out->signatures.len - 1;
	id_map_add(&results->signature, id, (unsigned)seen->signature + 1);
	return read_signature(results, id, facts, err);
}

/* Of each of the wanted where its next observation goes: test by test. */
static size_t *find_places(struct results *results)
{
	size_t tests = results->out->tests.len, sum = 0;
	size_t *next = mem_array(tests + 1, sizeof(*next));

	VEC_EACH (const struct wanted, wanted, &results->wanted) {
		next[results->place[wanted - results->wanted.items]] = wanted->count;
	}
	for (size_t i = 0; i < tests; i++) {
		size_t own = next[i];

		next[i] = sum;
		sum += own;
	}
	results->out->observations.len = sum;
	return next;
}

/* Each to its place, `next` of its test: the parts one behind the other. */
static void put_in_place(struct results *results, size_t *next)
{
	struct sightings *seen = &results->seen;

	for (size_t i = 0; i < seen->len; i++) {
		VEC_EACH (struct sighted_test, test, &seen->parts[i].tests) {
			const unsigned *wanted = id_map_get(&results->index, test->id);
			size_t *place = &next[results->place[*wanted - 1]];

			test->next = *place;
			*place += test->count;
		}
	}
	sightings_place(seen, results->out->observations.items);
}

/* `ends` are those of each test's observations. */
static int settle_tests(struct results *results, const size_t *ends, struct err *err)
{
	struct observation *all = results->out->observations.items;
	size_t at = 0;

	for (size_t test = 0; test < results->out->tests.len; test++) {
		id_map_release(&results->signature);
		for (; at < ends[test]; at++) {
			int64_t failure = (int64_t)all[at].test;

			all[at].test = test;
			if (all[at].has_signature &&
			    settle_signature(results, &all[at], failure, err) < 0) {
				return -1;
			}
		}
	}
	return 0;
}

static int add_observations(struct results *results, struct err *err)
{
	AUTO_FREE size_t *next = find_places(results);
	struct evidence *out = results->out;

	out->observations.items =
		mem_array(out->observations.len + 1, sizeof(*out->observations.items));
	out->observations.cap = out->observations.len + 1;
	put_in_place(results, next);
	return settle_tests(results, next, err);
}

int load_results(struct loader *loader, struct err *err)
{
	CLEANUP(results_end)
	struct results results = {.loader = loader, .out = loader->out, .seen = SIGHTINGS_INIT};

	if (read_rollups(&results, err) < 0 || want_also(&results, err) < 0 ||
	    add_wanted(&results, err) < 0 || add_rosters(&results, err) < 0 ||
	    add_observations(&results, err) < 0) {
		return -1;
	}
	return loader->window->names ? load_names(loader, &results.all, &results.index, err) : 0;
}
