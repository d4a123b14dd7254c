/* SPDX-License-Identifier: Apache-2.0 */
#include "base/map.h"
#include "history/block.h"
#include "history/decode.h"
#include "history/fold.h"
#include "history/id_map.h"
#include "history/load.h"
#include "history/test_page.h"
#include "history/tests.h"

#include <stdlib.h>

/*
 * From rows and blocks to observations and passes. The rows of a window tell which tests are wanted:
 * those that failed in it. Of the blocks, which hold all passes, only the bytes of wanted tests are
 * looked at, and the sums are taken. fold.h makes observations of what several attempts say.
 */

/* Where the wanted tests stand in a list of tests. */
struct wanted_place {
	size_t at;
	size_t test; /* index into out->tests */
};

struct suite_plan {
	VEC(struct wanted_place)
};

struct results {
	struct loader *loader;
	struct evidence *out;
	int64_t low, high;    /* of test ids: one, or all */
	struct id_map wanted; /* from test id to its index in out->tests, plus 1 */
	struct id_map seen;   /* test ids */
	struct tally tally;
	size_t rows;     /* of the tally, in the order of the runs; the others come of blocks */
	size_t row_at;   /* the rows before it are of runs that lie behind */
	size_t *row_run; /* of each test the last run, plus 1, that has rows of it */
	struct id_map plan_of; /* from suite id to its plan's number, plus 1 */
	struct {
		VEC(struct suite_plan)
	} plans;
	struct test_page page; /* of the test at hand */
	struct map signatures; /* of the test at hand: to indexes in out->signatures */
};

static void results_end(struct results *results)
{
	VEC_EACH (struct suite_plan, plan, &results->plans) {
		VEC_FREE(plan);
	}
	VEC_FREE(&results->plans);
	id_map_release(&results->wanted);
	id_map_release(&results->seen);
	id_map_release(&results->plan_of);
	tally_release(&results->tally);
	free(results->row_run);
	test_page_release(&results->page);
	map_release(&results->signatures);
}

static bool is_one_asked(const struct results *results)
{
	return results->loader->window->test_id != NULL;
}

/* A sighting of that run to be filled in. */
static struct sighting *add_sighting(struct results *results, size_t run, int64_t test_id)
{
	struct sighting *sighting = VEC_PUSH(&results->tally.sightings);

	sighting->run = run;
	sighting->test_id = test_id;
	sighting->imported = results->loader->runs.items[run].imported;
	sighting->order = results->tally.sightings.len;
	return sighting;
}

static void add_row(struct results *results, size_t run, const struct stmt *row)
{
	struct sighting *sighting = add_sighting(results, run, stmt_col_int(row, 2));
	int64_t verdict = stmt_col_int(row, 7);

	sighting->attempt = stmt_col_int(row, 1);
	sighting->outcome = decode_outcome(stmt_col_borrow(row, 3));
	sighting->duration_us = stmt_col_known(row, 4);
	sighting->failed_tries = stmt_col_int(row, 5) > 0;
	sighting->failure_id = stmt_col_int(row, 6);
	sighting->passed_retry = verdict & 1;
	sighting->service_down = verdict & 2;
	sighting->failed_again = verdict & 4;
}

/* Rows of one test in one attempt stand together. */
static void count_row(struct results *results, const struct sighting *sighting, int64_t *counted)
{
	struct run_facts *run = &results->out->runs.items[sighting->run];

	if (sighting->attempt == results->loader->runs.items[sighting->run].first_attempt &&
	    sighting->outcome != OUTCOME_SKIPPED && sighting->test_id != *counted) {
		*counted = sighting->test_id;
		run->tests++;
		run->tests_us += sighting->duration_us > 0 ? sighting->duration_us : 0;
	}
}

static int read_rows(struct results *results, struct err *err)
{
	struct loader *loader = results->loader;
	CLEANUP(stmt_done) struct stmt *row = load_window(loader, "load_results");
	size_t run = 0, counted_run = 0;
	int64_t counted = INT64_MIN;
	int more;

	stmt_bind_int(row, ":low", results->low);
	stmt_bind_int(row, ":high", results->high);
	while ((more = stmt_next(row, err)) == 0) {
		run = load_walk_to(loader, run, stmt_col_int(row, 0));
		if (run == loader->runs.len) {
			continue;
		}
		results->out->results++;
		if (!loader->runs.items[run].silent) {
			add_row(results, run, row);
			counted = run == counted_run ? counted : INT64_MIN;
			counted_run = run;
			count_row(results,
				  &results->tally.sightings.items[results->tally.sightings.len - 1],
				  &counted);
		}
	}
	return more < 0 ? -1 : 0;
}

static bool says_bad(const struct sighting *sighting)
{
	return outcome_is_bad(sighting->outcome) || sighting->failed_tries;
}

static int compare_ids(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return (left > right) - (left < right);
}

static int add_test(struct results *results, int64_t id, struct err *err)
{
	struct test_facts *facts = VEC_PUSH(&results->out->tests);
	int more = test_page_find(results->loader->db, id, &results->page, err);

	if (more == 0) {
		decode_test(&results->page.tests.items[id - results->page.first_id], facts);
	}
	return more < 0 ? -1 : 0;
}

/* In the order of their ids. */
static int add_wanted(struct results *results, struct err *err)
{
	size_t most = results->tally.sightings.len + 1, count = 0;
	AUTO_FREE int64_t *ids = mem_array(most, sizeof(*ids));

	if (is_one_asked(results)) {
		ids[count++] = results->low;
	}
	VEC_EACH (const struct sighting, sighting, &results->tally.sightings) {
		id_map_add(&results->seen, sighting->test_id, 1);
		if (!is_one_asked(results) && says_bad(sighting)) {
			ids[count++] = sighting->test_id;
		}
	}
	qsort(ids, count, sizeof(*ids), compare_ids);
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && ids[i] == ids[i - 1]) {
			continue;
		}
		id_map_add(&results->wanted, ids[i], (unsigned)results->out->tests.len + 1);
		if (add_test(results, ids[i], err) < 0) {
			return -1;
		}
	}
	return 0;
}

/* Rows of tests that never failed are passes that took too long for a byte, say. */
static void drop_unwanted(struct results *results)
{
	size_t kept = 0;

	VEC_EACH (const struct sighting, sighting, &results->tally.sightings) {
		if (id_map_get(&results->wanted, sighting->test_id)) {
			results->tally.sightings.items[kept++] = *sighting;
		}
	}
	results->tally.sightings.len = kept;
	results->rows = kept;
	results->row_run = mem_array(results->out->tests.len + 1, sizeof(*results->row_run));
}

static size_t index_of(const struct results *results, int64_t test_id)
{
	return *id_map_get(&results->wanted, test_id) - 1;
}

/* Marks the tests that have rows in the run. */
static void mark_rows(struct results *results, size_t run)
{
	for (; results->row_at < results->rows; results->row_at++) {
		const struct sighting *row = &results->tally.sightings.items[results->row_at];

		if (row->run > run) {
			break;
		}
		results->row_run[index_of(results, row->test_id)] = row->run + 1;
	}
}

static void make_plan(struct results *results, const struct block *block, struct suite_plan *plan)
{
	BLOCK_EACH(i, block)
	{
		const unsigned *number = id_map_get(&results->wanted, block->test_ids[i]);

		id_map_add(&results->seen, block->test_ids[i], 1);
		if (number) {
			*VEC_PUSH(plan) = (struct wanted_place){.at = i, .test = *number - 1};
		}
	}
}

static const struct suite_plan *plan_of(struct results *results, int64_t suite_id,
					const struct block *block)
{
	const unsigned *number = id_map_get(&results->plan_of, suite_id);

	if (!number) {
		id_map_add(&results->plan_of, suite_id, (unsigned)results->plans.len + 1);
		make_plan(results, block, VEC_PUSH(&results->plans));
		return &results->plans.items[results->plans.len - 1];
	}
	return &results->plans.items[*number - 1];
}

static void note_place(struct results *results, size_t run, int64_t attempt,
		       const struct block *block, const struct wanted_place *place)
{
	unsigned char code = (unsigned char)block->codes.data[place->at];
	struct sighting *sighting = NULL;

	if (code == BLOCK_ROW) {
		return;
	}
	if (code != BLOCK_SKIPPED && results->row_run[place->test] != run + 1) {
		evidence_note_pass(results->out, place->test, run);
		return;
	}
	sighting = add_sighting(results, run, block->test_ids[place->at]);
	sighting->attempt = attempt;
	sighting->outcome = block_outcome(code);
	sighting->duration_us = block_duration_us(code);
}

/* How many results it tells; and what its run ran, when it is of the first attempt. */
static void sum_block(struct results *results, size_t run, int64_t attempt,
		      const struct block *block)
{
	struct run_facts *facts = &results->out->runs.items[run];
	size_t counts[BLOCK_ROW + 1] = {0};
	double us = 0;

	BLOCK_EACH(i, block)
	{
		counts[(unsigned char)block->codes.data[i]]++;
	}
	results->out->results += block->codes.len - counts[BLOCK_ROW];
	if (attempt == results->loader->runs.items[run].first_attempt) {
		facts->tests += block->codes.len - counts[BLOCK_ROW] - counts[BLOCK_SKIPPED];
		for (unsigned code = 0; code < BLOCK_UNTIMED; code++) {
			us += (double)block_duration_us((unsigned char)code) * (double)counts[code];
		}
		facts->tests_us += us < (double)(INT64_MAX / 4) ? (int64_t)us : 0;
	}
}

static void add_block(struct results *results, size_t run, int64_t attempt, int64_t suite_id,
		      const struct block *block)
{
	const struct suite_plan *plan = NULL;

	if (!is_one_asked(results)) {
		sum_block(results, run, attempt, block);
	}
	if (results->loader->runs.items[run].silent) {
		return;
	}
	plan = plan_of(results, suite_id, block);
	mark_rows(results, run);
	VEC_EACH (const struct wanted_place, place, plan) {
		results->out->results += is_one_asked(results) &&
					 (unsigned char)block->codes.data[place->at] != BLOCK_ROW;
		note_place(results, run, attempt, block, place);
	}
}

static int read_blocks(struct results *results, struct err *err)
{
	struct loader *loader = results->loader;
	CLEANUP(suite_cache_release) struct suite_cache suites = {.db = loader->db};
	CLEANUP(block_release) struct block block = {0};
	CLEANUP(stmt_done) struct stmt *row = load_window(loader, "load_blocks");
	size_t run = 0;
	int more;

	while ((more = stmt_next(row, err)) == 0) {
		run = load_walk_to(loader, run, stmt_col_int(row, 0));
		if (run == loader->runs.len) {
			continue;
		}
		if (block_read(&block, &suites, row, 2, err) < 0) {
			return -1;
		}
		add_block(results, run, stmt_col_int(row, 1), stmt_col_int(row, 2), &block);
	}
	return more < 0 ? -1 : 0;
}

/* Finds the failure's signature among those of the test, or adds it with this as its example. */
static int add_signature(struct results *results, int64_t failure_id, struct observation *seen,
			 struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(results->loader->db, "load_failure");
	const char *id;
	int more;

	stmt_bind_int(row, ":id", failure_id);
	more = stmt_next(row, err);
	if (more != 0 || stmt_col_is_null(row, 0)) {
		return more < 0 ? -1 : 0;
	}
	id = stmt_col_borrow(row, 0);
	seen->has_signature = true;
	if (!map_get(&results->signatures, id, &seen->signature)) {
		struct signature_facts *facts = VEC_PUSH(&results->out->signatures);

		seen->signature = results->out->signatures.len - 1;
		map_put(&results->signatures, id, seen->signature);
		decode_id(facts->id, sizeof(facts->id), id);
		facts->example = decode_example(stmt_col_borrow(row, 1), stmt_col_borrow(row, 2));
		facts->failure = failure_id;
	}
	return 0;
}

/* A pass is one bit; a skip is told only of a test that was asked for. */
static int keep(struct results *results, struct observation *seen, int64_t failure_id,
		struct err *err)
{
	if (seen->first == OUTCOME_PASSED && !seen->failed_then_passed) {
		evidence_note_pass(results->out, seen->test, seen->run);
		return 0;
	}
	if (seen->first == OUTCOME_SKIPPED && !is_one_asked(results)) {
		return 0;
	}
	if (failure_id != 0 && add_signature(results, failure_id, seen, err) < 0) {
		return -1;
	}
	*VEC_PUSH(&results->out->observations) = *seen;
	return 0;
}

static int observe(struct results *results, struct err *err)
{
	struct tally *tally = &results->tally;
	int64_t failure_id = 0;
	size_t at = 0, test = SIZE_MAX;

	tally_sort(tally);
	while (at < tally->sightings.len) {
		struct observation seen = {
			.test = index_of(results, tally->sightings.items[at].test_id)};

		if (seen.test != test) {
			test = seen.test;
			map_release(&results->signatures);
		}
		at = tally_fold(tally, at, &seen, &failure_id);
		if (keep(results, &seen, failure_id, err) < 0) {
			return -1;
		}
	}
	return 0;
}

/* 1 when there is no such test. */
static int find_range(struct results *results, struct err *err)
{
	int more = 0;

	results->low = INT64_MIN;
	results->high = INT64_MAX;
	if (is_one_asked(results)) {
		more = tests_find(results->loader->db, results->loader->window->test_id,
				  &results->low, err);
		results->high = results->low;
	}
	return more;
}

int load_results(struct loader *loader, struct err *err)
{
	CLEANUP(results_end) struct results results = {.loader = loader, .out = loader->out};
	int more = find_range(&results, err);

	if (more != 0) {
		return more < 0 ? -1 : 0;
	}
	if (read_rows(&results, err) < 0 || add_wanted(&results, err) < 0) {
		return -1;
	}
	drop_unwanted(&results);
	evidence_ready_passes(results.out);
	if (read_blocks(&results, err) < 0) {
		return -1;
	}
	results.out->tests_seen = results.seen.len;
	return observe(&results, err);
}
