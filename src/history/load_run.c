/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history.h"

#include "base/str.h"
#include "history/block.h"
#include "history/decode.h"
#include "history/failure_text.h"
#include "history/id_map.h"
#include "history/internal.h"
#include "history/load_run.h"
#include "history/test_page.h"

#include <stdlib.h>
#include <string.h>

/* A result that has a row of its own. */
struct row {
	int64_t test_id, failure_id, duration_us;
	enum outcome outcome;
	unsigned failed_tries;
	bool taken; /* a block told its place among the others */
};

struct row_list {
	VEC(struct row) /* by test */
};

static void row_list_release(struct row_list *rows)
{
	VEC_FREE(rows);
}

struct loader {
	struct db *db;
	int64_t run_id;
	struct run *out;
	bool whole; /* names of all tests, and nothing cut short */
	struct block_cache cache;
	struct test_page page;
	struct open_frame frame;
	struct id_map failed; /* tests that failed in the first attempt */
	struct {
		VEC(int64_t) /* beside the results of the first attempt: their tests */
	} tests;
};

static void loader_end(struct loader *loader)
{
	block_cache_release(&loader->cache);
	test_page_release(&loader->page);
	open_frame_release(&loader->frame);
	id_map_release(&loader->failed);
	VEC_FREE(&loader->tests);
}

enum run_column {
	RUN_IMPORTED,
	RUN_KEY,
	RUN_JOB,
	RUN_VARIANT,
	RUN_COMMIT,
	RUN_TREE,
	RUN_BRANCH,
	RUN_PULL_REQUEST,
	RUN_DIRTY,
	RUN_STARTED,
	RUN_DURATION,
	RUN_OUTCOME,
	RUN_EXIT_CODE,
	RUN_BECAUSE,
	RUN_THINNED
};

static int load_run_row(struct loader *loader, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(loader->db, "load_run");
	struct run *run = loader->out;
	int more;

	stmt_bind_int(row, ":run", loader->run_id);
	more = stmt_next(row, err);
	if (more != 0) {
		return more < 0 ? -1 : err_set(err, ERR_NOT_FOUND, "history: no such run");
	}
	run->imported = stmt_col_int(row, RUN_IMPORTED) != 0;
	decode_id(run->key, sizeof(run->key), stmt_col_borrow(row, RUN_KEY));
	run->job = decode_text(row, RUN_JOB);
	run->variant = decode_text(row, RUN_VARIANT);
	run->source.commit = stmt_col_text(row, RUN_COMMIT);
	run->source.tree = stmt_col_text(row, RUN_TREE);
	run->source.branch = stmt_col_text(row, RUN_BRANCH);
	run->source.pull_request = stmt_col_text(row, RUN_PULL_REQUEST);
	run->source.dirty = stmt_col_int(row, RUN_DIRTY) != 0;
	run->started_us = stmt_col_int(row, RUN_STARTED);
	run->duration_us = stmt_col_known(row, RUN_DURATION);
	run->outcome = decode_run_outcome(stmt_col_borrow(row, RUN_OUTCOME));
	run->exit_code = decode_int(row, RUN_EXIT_CODE);
	run->because = stmt_col_text(row, RUN_BECAUSE);
	run->thinned = stmt_col_int(row, RUN_THINNED) != 0;
	return 0;
}

static int load_waits(struct loader *loader, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(loader->db, "load_run_waits");
	int more;

	stmt_bind_int(row, ":run", loader->run_id);
	while ((more = stmt_next(row, err)) == 0) {
		decode_wait(row, 0, VEC_PUSH(&loader->out->waits));
	}
	return more < 0 ? -1 : 0;
}

static int load_events(struct loader *loader, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(loader->db, "load_run_events");
	int more;

	stmt_bind_int(row, ":run", loader->run_id);
	while ((more = stmt_next(row, err)) == 0) {
		decode_event(row, 0, VEC_PUSH(&loader->out->events));
	}
	return more < 0 ? -1 : 0;
}

static int load_rows(struct loader *loader, int64_t attempt_id, struct row_list *out,
		     struct err *err)
{
	CLEANUP(stmt_done) struct stmt *stmt = db_stmt(loader->db, "load_attempt_rows");
	int more;

	stmt_bind_int(stmt, ":attempt", attempt_id);
	while ((more = stmt_next(stmt, err)) == 0) {
		struct row *row = VEC_PUSH(out);

		row->test_id = stmt_col_int(stmt, 0);
		row->outcome = decode_outcome(stmt_col_borrow(stmt, 1));
		row->duration_us = stmt_col_known(stmt, 2);
		row->failed_tries = (unsigned)decode_int(stmt, 3);
		row->failure_id = stmt_col_int(stmt, 4);
	}
	return more < 0 ? -1 : 0;
}

/* The first row of that test that no block has told of, or NULL. */
static struct row *take_row(const struct row_list *rows, int64_t test_id)
{
	size_t low = 0, high = rows->len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (rows->items[middle].test_id < test_id) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	while (low < rows->len && rows->items[low].test_id == test_id && rows->items[low].taken) {
		low++;
	}
	if (low == rows->len || rows->items[low].test_id != test_id) {
		return NULL;
	}
	rows->items[low].taken = true;
	return &rows->items[low];
}

int history_failure(struct history *history, int64_t id, struct failure **out, struct err *err)
{
	CLEANUP(open_frame_release) struct open_frame frame = {0};

	return failure_load(&history->db, id, &frame, out, err);
}

/* Names and identity. A test that no page holds stays nameless. */
static int load_test(struct loader *loader, int64_t test_id, struct result *out, struct err *err)
{
	CLEANUP(test_facts_list_release) struct test_facts_list facts = {0};
	int more = test_page_find(loader->db, test_id, &loader->page, err);

	if (more != 0) {
		return more < 0 ? -1 : 0;
	}
	decode_test(&loader->page.tests.items[test_id - loader->page.first_id], VEC_PUSH(&facts));
	out->test = facts.items[0].name;
	facts.items[0].name = (struct test_name){0};
	memcpy(out->id, facts.items[0].id, sizeof(out->id));
	return 0;
}

static struct result *add_result(struct loader *loader, struct results_file *file, int64_t test_id)
{
	if (loader->out->attempts.len == 1) {
		*VEC_PUSH(&loader->tests) = test_id;
	}
	return VEC_PUSH(&file->results);
}

static int add_row(struct loader *loader, struct results_file *file, const struct row *row,
		   struct err *err)
{
	struct result *result = add_result(loader, file, row->test_id);

	result->outcome = row->outcome;
	result->duration_us = row->duration_us;
	result->failed_tries = row->failed_tries;
	if (loader->out->attempts.len == 1 && outcome_is_bad(row->outcome)) {
		id_map_add(&loader->failed, row->test_id, 1);
	}
	if (row->failure_id &&
	    failure_load(loader->db, row->failure_id, &loader->frame, &result->failure, err) < 0) {
		return -1;
	}
	return load_test(loader, row->test_id, result, err);
}

static int add_told(struct loader *loader, struct results_file *file, int64_t test_id,
		    unsigned char code, struct err *err)
{
	struct result *result = add_result(loader, file, test_id);

	result->outcome = block_outcome(code);
	result->duration_us = block_duration_us(code);
	return loader->whole || id_map_get(&loader->failed, test_id)
		       ? load_test(loader, test_id, result, err)
		       : 0;
}

static int add_block(struct loader *loader, struct results_file *file, const struct block *block,
		     const struct row_list *rows, struct err *err)
{
	BLOCK_EACH(i, block)
	{
		unsigned char code = (unsigned char)block->codes.data[i];
		const struct row *row = NULL;
		int done = 0;

		if (code != BLOCK_ROW) {
			done = add_told(loader, file, block->test_ids[i], code, err);
		} else if ((row = take_row(rows, block->test_ids[i])) != NULL) {
			done = add_row(loader, file, row, err);
		}
		if (done < 0) {
			return -1;
		}
	}
	return 0;
}

/* In the order of the list; then what has rows only, as in attempts of schema 1. */
static int load_results(struct loader *loader, int64_t attempt_id, struct results_file *file,
			struct err *err)
{
	CLEANUP(row_list_release) struct row_list rows = {0};
	CLEANUP(block_release) struct block block = {0};
	CLEANUP(stmt_done) struct stmt *told = db_stmt(loader->db, "list_attempt_blocks");
	int more;

	if (load_rows(loader, attempt_id, &rows, err) < 0) {
		return -1;
	}
	stmt_bind_int(told, ":attempt", attempt_id);
	while ((more = stmt_next(told, err)) == 0) {
		if (block_read(&block, &loader->cache, told, 0, err) < 0 ||
		    add_block(loader, file, &block, &rows, err) < 0) {
			return -1;
		}
	}
	VEC_EACH (const struct row, row, &rows) {
		if (more == 1 && !row->taken && add_row(loader, file, row, err) < 0) {
			return -1;
		}
	}
	return more < 0 ? -1 : 0;
}

static int add_attempt(struct loader *loader, const struct stmt *row, struct err *err)
{
	struct attempt *attempt = VEC_PUSH(&loader->out->attempts);
	struct results_file *file = VEC_PUSH(&attempt->files);
	CLEANUP(result_release) struct result only = {0};

	attempt->number = decode_int(row, 1);
	attempt->scope = str_eq(stmt_col_borrow(row, 2), attempt_scope_name(SCOPE_SELECTED))
				 ? SCOPE_SELECTED
				 : SCOPE_WHOLE;
	attempt->end = decode_attempt_end(stmt_col_borrow(row, 3));
	attempt->exit_code = decode_int(row, 4);
	attempt->signal = decode_int(row, 5);
	attempt->started_us = stmt_col_int(row, 6);
	attempt->duration_us = stmt_col_known(row, 7);
	attempt->complete = stmt_col_int(row, 8) != 0;
	file->time_us = -1;
	if (!stmt_col_is_null(row, 9) && load_test(loader, stmt_col_int(row, 9), &only, err) < 0) {
		return -1;
	}
	memcpy(attempt->only, only.id, sizeof(attempt->only));
	return load_results(loader, stmt_col_int(row, 0), file, err);
}

static int load_attempts(struct loader *loader, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(loader->db, "load_attempts");
	int more;

	stmt_bind_int(row, ":run", loader->run_id);
	while ((more = stmt_next(row, err)) == 0) {
		if (add_attempt(loader, row, err) < 0) {
			return -1;
		}
	}
	return more < 0 ? -1 : 0;
}

static int load_verdict(struct loader *loader, int64_t test_id, struct failed_test *out,
			struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(loader->db, "load_retry");
	int more;

	stmt_bind_int(row, ":run", loader->run_id);
	stmt_bind_int(row, ":test", test_id);
	more = stmt_next(row, err);
	if (more == 0) {
		out->retry = decode_verdict(stmt_col_borrow(row, 0));
		out->decided_by = decode_int(row, 1);
		out->service = stmt_col_text(row, 2);
		quarantine_mark_excused(&out->quarantine, stmt_col_text(row, 3));
	}
	return more < 0 ? -1 : 0;
}

/* Nobody told a verdict about an import: the last attempt that ran the test decides. */
static void read_verdict(const struct run *run, struct failed_test *out)
{
	for (size_t i = 1; i < run->attempts.len; i++) {
		const struct attempt *attempt = &run->attempts.items[i];
		const struct result *result = attempt_find(attempt, out->first->id);

		if (result && result->outcome != OUTCOME_SKIPPED) {
			out->retry =
				outcome_is_bad(result->outcome) ? RETRY_FAILED_AGAIN : RETRY_PASSED;
			out->decided_by = attempt->number;
		} else if (out->retry == RETRY_NOT_TRIED || out->retry == RETRY_NOT_SEEN) {
			out->retry = result ? RETRY_SKIPPED : RETRY_NOT_SEEN;
			out->decided_by = attempt->number;
		}
	}
}

/* Each test once, whatever the first attempt says of it. */
static int collect_failed(struct loader *loader, struct err *err)
{
	const struct run *run = loader->out;
	CLEANUP(map_release) struct map seen = {0};
	const struct result_list *results =
		run->attempts.len ? &run->attempts.items[0].files.items[0].results : NULL;

	for (size_t i = 0; results && i < loader->tests.len; i++) {
		struct failed_test *test = NULL;

		if (!outcome_is_bad(results->items[i].outcome) ||
		    !map_put(&seen, results->items[i].id, 0)) {
			continue;
		}
		test = VEC_PUSH(&loader->out->failed);
		test->first = &results->items[i];
		if (run->imported) {
			read_verdict(run, test);
		} else if (load_verdict(loader, loader->tests.items[i], test, err) < 0) {
			return -1;
		}
	}
	return 0;
}

static int load_all(struct loader *loader, struct err *err)
{
	if (load_run_row(loader, err) < 0 || load_waits(loader, err) < 0 ||
	    load_events(loader, err) < 0 || load_attempts(loader, err) < 0) {
		return -1;
	}
	return collect_failed(loader, err);
}

int run_load(struct db *db, int64_t id, bool whole, struct run *out, struct err *err)
{
	CLEANUP(loader_end)
	struct loader loader = {
		.db = db,
		.run_id = id,
		.out = out,
		.whole = whole,
		.cache = {.suites = {.db = db}},
	};

	*out = (struct run){0};
	if (load_all(&loader, err) < 0) {
		run_release(out);
		return -1;
	}
	return 0;
}

int history_load_run(struct history *history, int64_t id, struct run *out, struct err *err)
{
	CLEANUP(tx_end) struct tx tx = {0};

	*out = (struct run){0};
	if (tx_begin(&tx, &history->db, TX_READ, err) < 0 ||
	    run_load(&history->db, id, false, out, err) < 0) {
		return -1;
	}
	if (tx_commit(&tx, err) < 0) {
		run_release(out);
		return -1;
	}
	return 0;
}
