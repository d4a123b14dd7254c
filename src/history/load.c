/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history.h"

#include "base/map.h"
#include "base/str.h"
#include "history/block.h"
#include "history/decode.h"
#include "history/fold.h"
#include "history/internal.h"
#include "history/test_page.h"
#include "history/tests.h"

#include <stdlib.h>
#include <string.h>

/*
 * From blocks and rows to evidence. Runs come first; all else arrives in the order of the runs, so
 * that the run of a row is found by walking along. fold.h makes observations of the results.
 */
struct loader {
	struct db *db;
	const struct history_window *window;
	struct evidence *out;
	struct {
		VEC(struct loaded_run) /* beside out->runs */
	} runs;
	struct tally tally;
	struct test_page page; /* of the test at hand */
	struct map signatures; /* of the test at hand: signature to its index in out->signatures */
};

struct loaded_run {
	int64_t id;
	bool imported;
	bool silent; /* its results say nothing about its tests */
};

static void loader_end(struct loader *loader)
{
	VEC_FREE(&loader->runs);
	tally_release(&loader->tally);
	test_page_release(&loader->page);
	map_release(&loader->signatures);
}

static struct stmt *span_stmt(const struct loader *loader, const char *name, int64_t since_us,
			      int64_t until_us)
{
	struct stmt *stmt = db_stmt(loader->db, name);

	stmt_bind_int(stmt, ":since", since_us);
	stmt_bind_int(stmt, ":until", until_us);
	stmt_bind_text(stmt, ":job", loader->window->job);
	return stmt;
}

static struct stmt *window_stmt(const struct loader *loader, const char *name)
{
	return span_stmt(loader, name, loader->window->since_us, loader->window->until_us);
}

/* The name of the tested content, the caller's; NULL when nothing names it. */
static char *source_name(const char *tree, const char *commit, bool dirty)
{
	if (dirty) {
		return NULL;
	}
	if (tree) {
		return mem_str(tree);
	}
	return commit ? mem_fmt("commit:%s", commit) : NULL;
}

static bool is_silent(enum run_outcome outcome)
{
	return outcome == RUN_CANCELLED || outcome == RUN_NOT_READY || outcome == RUN_ERROR;
}

enum run_column {
	RUN_ID,
	RUN_IMPORTED,
	RUN_KEY,
	RUN_JOB,
	RUN_VARIANT,
	RUN_COMMAND,
	RUN_COMMIT,
	RUN_TREE,
	RUN_BRANCH,
	RUN_PULL_REQUEST,
	RUN_DIRTY,
	RUN_OUTCOME,
	RUN_STARTED,
	RUN_DURATION,
	RUN_RETRY
};

static void add_run(struct loader *loader, const struct stmt *row)
{
	struct run_facts *facts = VEC_PUSH(&loader->out->runs);
	struct loaded_run *loaded = VEC_PUSH(&loader->runs);

	facts->key = decode_text(row, RUN_KEY);
	facts->job = decode_text(row, RUN_JOB);
	facts->variant = decode_text(row, RUN_VARIANT);
	facts->command = decode_command(stmt_col_borrow(row, RUN_COMMAND));
	facts->commit = stmt_col_text(row, RUN_COMMIT);
	facts->branch = stmt_col_text(row, RUN_BRANCH);
	facts->pull_request = stmt_col_text(row, RUN_PULL_REQUEST);
	facts->dirty = stmt_col_int(row, RUN_DIRTY) != 0;
	facts->source = source_name(stmt_col_borrow(row, RUN_TREE), facts->commit, facts->dirty);
	facts->outcome = decode_run_outcome(stmt_col_borrow(row, RUN_OUTCOME));
	facts->started_us = stmt_col_int(row, RUN_STARTED);
	facts->duration_us = stmt_col_known(row, RUN_DURATION);
	facts->retry_us = stmt_col_int(row, RUN_RETRY);
	loaded->id = stmt_col_int(row, RUN_ID);
	loaded->imported = stmt_col_int(row, RUN_IMPORTED) != 0;
	loaded->silent = is_silent(facts->outcome);
}

static int load_runs(struct loader *loader, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = window_stmt(loader, "load_runs");
	int more;

	while ((more = stmt_next(row, err)) == 0) {
		add_run(loader, row);
	}
	return more < 0 ? -1 : 0;
}

/* Walks on from run `at` to the run of that id; the end of the list when it is not there. */
static size_t walk_to(const struct loader *loader, size_t at, int64_t id)
{
	while (at < loader->runs.len && loader->runs.items[at].id != id) {
		at++;
	}
	return at;
}

/* A sighting of that run to be filled in; NULL when the run says nothing about its tests. */
static struct sighting *add_sighting(struct loader *loader, size_t run)
{
	const struct loaded_run *loaded = &loader->runs.items[run];
	struct sighting *sighting;

	loader->out->results++;
	if (loaded->silent) {
		return NULL;
	}
	sighting = VEC_PUSH(&loader->tally.sightings);
	sighting->run = run;
	sighting->imported = loaded->imported;
	sighting->order = loader->tally.sightings.len;
	return sighting;
}

static void add_row(struct loader *loader, size_t run, const struct stmt *row)
{
	struct sighting *sighting = add_sighting(loader, run);

	if (sighting) {
		sighting->attempt = stmt_col_int(row, 1);
		sighting->test_id = stmt_col_int(row, 2);
		sighting->outcome = decode_outcome(stmt_col_borrow(row, 3));
		sighting->duration_us = stmt_col_known(row, 4);
		sighting->failed_tries = stmt_col_int(row, 5) > 0;
		sighting->failure_id = stmt_col_int(row, 6);
		sighting->passed_retry = stmt_col_int(row, 7) & 1;
		sighting->service_down = stmt_col_int(row, 7) & 2;
	}
}

/* The tests of the window: one, or all. */
struct range {
	int64_t low, high;
};

static void add_block(struct loader *loader, size_t run, int64_t attempt, const struct block *block,
		      const struct range *range)
{
	BLOCK_EACH(i, block)
	{
		unsigned char code = (unsigned char)block->codes.data[i];
		int64_t test_id = block->test_ids[i];
		struct sighting *sighting;

		if (code == BLOCK_ROW || test_id < range->low || test_id > range->high) {
			continue;
		}
		sighting = add_sighting(loader, run);
		if (sighting) {
			sighting->attempt = attempt;
			sighting->test_id = test_id;
			sighting->outcome = block_outcome(code);
			sighting->duration_us = block_duration_us(code);
		}
	}
}

/* 1 when there is no such test. */
static int find_range(const struct loader *loader, struct range *out, struct err *err)
{
	int more;

	*out = (struct range){.low = INT64_MIN, .high = INT64_MAX};
	if (!loader->window->test_id) {
		return 0;
	}
	more = tests_find(loader->db, loader->window->test_id, &out->low, err);
	out->high = out->low;
	return more;
}

static int load_blocks(struct loader *loader, const struct range *range, struct err *err)
{
	CLEANUP(suite_cache_release) struct suite_cache suites = {.db = loader->db};
	CLEANUP(block_release) struct block block = {0};
	CLEANUP(stmt_done) struct stmt *row = window_stmt(loader, "load_blocks");
	size_t run = 0;
	int more;

	while ((more = stmt_next(row, err)) == 0) {
		run = walk_to(loader, run, stmt_col_int(row, 0));
		if (run == loader->runs.len) {
			continue;
		}
		if (block_read(&block, &suites, row, 2, err) < 0) {
			return -1;
		}
		add_block(loader, run, stmt_col_int(row, 1), &block, range);
	}
	return more < 0 ? -1 : 0;
}

static int load_rows(struct loader *loader, const struct range *range, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = window_stmt(loader, "load_results");
	size_t run = 0;
	int more;

	stmt_bind_int(row, ":low", range->low);
	stmt_bind_int(row, ":high", range->high);
	while ((more = stmt_next(row, err)) == 0) {
		run = walk_to(loader, run, stmt_col_int(row, 0));
		if (run < loader->runs.len) {
			add_row(loader, run, row);
		}
	}
	return more < 0 ? -1 : 0;
}

static int load_results(struct loader *loader, struct err *err)
{
	struct range range;
	int more = find_range(loader, &range, err);

	if (more != 0) {
		return more < 0 ? -1 : 0;
	}
	return load_blocks(loader, &range, err) < 0 ? -1 : load_rows(loader, &range, err);
}

static int load_waits(struct loader *loader, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = window_stmt(loader, "load_waits");
	size_t run = 0;
	int more;

	while ((more = stmt_next(row, err)) == 0) {
		run = walk_to(loader, run, stmt_col_int(row, 0));
		if (run < loader->runs.len) {
			struct wait_facts *facts = VEC_PUSH(&loader->out->waits);

			facts->run = run;
			decode_wait(row, 1, &facts->wait);
		}
	}
	return more < 0 ? -1 : 0;
}

static int load_events(struct loader *loader, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = window_stmt(loader, "load_service_events");
	size_t run = 0;
	int more;

	while ((more = stmt_next(row, err)) == 0) {
		run = walk_to(loader, run, stmt_col_int(row, 0));
		if (run < loader->runs.len) {
			struct event_facts *facts = VEC_PUSH(&loader->out->events);

			facts->run = run;
			decode_event(row, 1, &facts->event);
			facts->failures = (size_t)stmt_col_int(row, 5);
		}
	}
	return more < 0 ? -1 : 0;
}

static int load_earlier_waits(struct loader *loader, struct err *err)
{
	const struct history_window *window = loader->window;
	CLEANUP(stmt_done)
	struct stmt *row = span_stmt(loader, "load_earlier_waits",
				     window->until_us - window->waits_reach_us, window->since_us);
	int more;

	while ((more = stmt_next(row, err)) == 0) {
		struct earlier_wait *wait = VEC_PUSH(&loader->out->earlier_waits);

		wait->job = decode_text(row, 0);
		wait->variant = decode_text(row, 1);
		wait->service = stmt_col_text(row, 2);
		wait->probe = stmt_col_text(row, 3);
		wait->started_us = stmt_col_int(row, 4);
		wait->duration_us = stmt_col_known(row, 5);
	}
	return more < 0 ? -1 : 0;
}

static int add_test(struct loader *loader, int64_t id, struct err *err)
{
	struct test_facts *facts = VEC_PUSH(&loader->out->tests);
	int more = test_page_find(loader->db, id, &loader->page, err);

	if (more == 0) {
		decode_test(&loader->page.tests.items[id - loader->page.first_id], facts);
	}
	return more < 0 ? -1 : 0;
}

/* Finds the failure's signature among those of the test, or adds it with this as its example. */
static int add_signature(struct loader *loader, int64_t failure_id, struct observation *observation,
			 struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(loader->db, "load_failure");
	const char *id;
	int more;

	stmt_bind_int(row, ":id", failure_id);
	more = stmt_next(row, err);
	if (more != 0 || stmt_col_is_null(row, 0)) {
		return more < 0 ? -1 : 0;
	}
	id = stmt_col_borrow(row, 0);
	observation->has_signature = true;
	if (!map_get(&loader->signatures, id, &observation->signature)) {
		struct signature_facts *facts = VEC_PUSH(&loader->out->signatures);

		observation->signature = loader->out->signatures.len - 1;
		map_put(&loader->signatures, id, observation->signature);
		decode_id(facts->id, sizeof(facts->id), id);
		facts->example = decode_example(stmt_col_borrow(row, 1), stmt_col_borrow(row, 2));
	}
	return 0;
}

static int observe(struct loader *loader, struct err *err)
{
	struct tally *tally = &loader->tally;
	int64_t test_id = 0;
	int64_t failure_id = 0;
	size_t at = 0;

	tally_sort(tally);
	while (at < tally->sightings.len) {
		struct observation *observation = VEC_PUSH(&loader->out->observations);

		if (at == 0 || tally->sightings.items[at].test_id != test_id) {
			test_id = tally->sightings.items[at].test_id;
			map_release(&loader->signatures);
			if (add_test(loader, test_id, err) < 0) {
				return -1;
			}
		}
		at = tally_fold(tally, at, observation, &failure_id);
		observation->test = loader->out->tests.len - 1;
		if (failure_id != 0 && add_signature(loader, failure_id, observation, err) < 0) {
			return -1;
		}
	}
	return 0;
}

static int load_newest(const struct loader *loader, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(loader->db, "load_newest");
	int more = stmt_next(row, err);

	if (more == 0) {
		loader->out->newest_run_us = stmt_col_int(row, 0);
	}
	return more < 0 ? -1 : 0;
}

static int load_all(struct loader *loader, struct err *err)
{
	if (load_newest(loader, err) < 0 || load_runs(loader, err) < 0 ||
	    load_results(loader, err) < 0 || load_waits(loader, err) < 0 ||
	    load_events(loader, err) < 0 || load_earlier_waits(loader, err) < 0) {
		return -1;
	}
	return observe(loader, err);
}

int history_load(struct history *history, const struct history_window *window, struct evidence *out,
		 struct err *err)
{
	CLEANUP(loader_end)
	struct loader loader = {
		.db = &history->db,
		.window = window,
		.out = out,
	};
	CLEANUP(tx_end) struct tx tx = {0};

	*out = (struct evidence){0};
	if (tx_begin(&tx, &history->db, TX_READ, err) < 0) {
		return -1;
	}
	if (load_all(&loader, err) < 0 || tx_commit(&tx, err) < 0) {
		evidence_release(out);
		return -1;
	}
	return 0;
}
