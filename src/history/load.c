/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history.h"

#include "base/str.h"
#include "history/decode.h"
#include "history/internal.h"
#include "history/load.h"

#include <stdlib.h>
#include <string.h>

/*
 * From rows to evidence: the runs and what happened around their tests. Runs come first; all else arrives
 * in the order of the runs, so that the run of a row is found by walking along. What became of the tests:
 * load_results.c.
 */
static void loader_end(struct loader *loader)
{
	VEC_FREE(&loader->runs);
}

static struct stmt *span_stmt(const struct loader *loader, const char *name, int64_t since_us,
			      int64_t until_us)
{
	struct stmt *stmt = db_stmt(loader->db, name);

	stmt_bind_int(stmt, ":since", since_us);
	stmt_bind_int(stmt, ":until", until_us);
	stmt_bind_text(stmt, ":job", loader->window->job);
	stmt_bind_text(stmt, ":branch", loader->window->branch);
	return stmt;
}

struct stmt *load_window(const struct loader *loader, const char *name)
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

enum run_column {
	RUN_ID,
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
}

static int load_runs(struct loader *loader, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = load_window(loader, "load_runs");
	int more;

	while ((more = stmt_next(row, err)) == 0) {
		add_run(loader, row);
	}
	return more < 0 ? -1 : 0;
}

size_t load_walk_to(const struct loader *loader, size_t at, int64_t id)
{
	while (at < loader->runs.len && loader->runs.items[at].id != id) {
		at++;
	}
	return at;
}

static int load_waits(struct loader *loader, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = load_window(loader, "load_waits");
	size_t run = 0;
	int more;

	while ((more = stmt_next(row, err)) == 0) {
		run = load_walk_to(loader, run, stmt_col_int(row, 0));
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
	CLEANUP(stmt_done) struct stmt *row = load_window(loader, "load_service_events");
	size_t run = 0;
	int more;

	while ((more = stmt_next(row, err)) == 0) {
		run = load_walk_to(loader, run, stmt_col_int(row, 0));
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

static int read_parents(struct loader *loader, struct run_facts *run, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(loader->db, "list_parents");
	int more;

	stmt_bind_text(row, ":commit", run->commit);
	while ((more = stmt_next(row, err)) == 0) {
		strv_give(&run->parents, decode_text(row, 0));
	}
	return more < 0 ? -1 : 0;
}

/* Runs of one commit mostly follow one another. */
static int load_parents(struct loader *loader, struct err *err)
{
	const struct run_facts *last = NULL;

	VEC_EACH (struct run_facts, run, &loader->out->runs) {
		if (!run->commit) {
			continue;
		}
		if (last && str_eq(last->commit, run->commit)) {
			strv_add_all(&run->parents, &last->parents);
		} else if (read_parents(loader, run, err) < 0) {
			return -1;
		}
		last = run;
	}
	return 0;
}

static int load_span(const struct loader *loader, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(loader->db, "load_span");
	int more = stmt_next(row, err);

	if (more == 0) {
		loader->out->newest_run_us = stmt_col_int(row, 0);
		loader->out->oldest_run_us = stmt_col_int(row, 1);
	}
	return more < 0 ? -1 : 0;
}

static int load_all(struct loader *loader, struct err *err)
{
	if (load_span(loader, err) < 0 || load_runs(loader, err) < 0 ||
	    load_results(loader, err) < 0 || load_waits(loader, err) < 0 ||
	    load_events(loader, err) < 0 || load_earlier_waits(loader, err) < 0) {
		return -1;
	}
	return load_parents(loader, err);
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
