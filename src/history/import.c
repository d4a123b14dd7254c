/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history.h"

#include "base/str.h"
#include "history/internal.h"
#include "history/load_run.h"
#include "history/record.h"
#include "history/results.h"
#include "history/rollup.h"
#include "history/segment.h"
#include "history/standing.h"

#include <stdlib.h>
#include <string.h>

/*
 * Adding to a run what a CI job left behind. Files arrive in any order, more than once, from
 * several shards; whatever the order, the same rows and the same run come out (except for nth,
 * which numbers contradictions as they came).
 */
struct import {
	struct db *db;
	const struct run *run;
	const struct attempt *attempt;
	int64_t run_id, attempt_id;
	bool thinned; /* its results were dropped */
	struct import_effect *effect;
	struct result_refs results; /* of the new files */
	bool attempt_known;
	bool changed; /* it is new, or a file of it is */
	struct fresh_blocks fresh;
};

static void import_end(struct import *import)
{
	VEC_FREE(&import->results);
	fresh_blocks_release(&import->fresh);
}

void import_effect_release(struct import_effect *effect)
{
	strv_release(&effect->conflicts);
	free(effect->known);
	*effect = (struct import_effect){0};
}

static int refuse_other(const struct run *run, const char *what, const char *known,
			const char *given, struct err *err)
{
	if (str_empty(given) || !known || str_eq(known, given)) {
		return 0;
	}
	return err_set(err, ERR_INPUT, "run %s of job %s is of %s %s, not %s", run->key,
		       str_or(run->job, "''"), what, known, given);
}

/* The run is there: it must be an import, and of the same content. */
static int check_known_run(const struct import *import, const struct stmt *found, struct err *err)
{
	const struct run *run = import->run;

	if (!stmt_col_int(found, 1)) {
		return err_set(err, ERR_INPUT,
			       "run %s of job %s was recorded by steady run; "
			       "nothing can be imported into it",
			       run->key, str_or(run->job, "''"));
	}
	if (refuse_other(run, "commit", stmt_col_borrow(found, 2), run->source.commit, err) < 0) {
		return -1;
	}
	return refuse_other(run, "tree", stmt_col_borrow(found, 3), run->source.tree, err);
}

static int fill_run(const struct import *import, struct err *err)
{
	struct stmt *fill = db_stmt(import->db, "fill_run");

	stmt_bind_int(fill, ":run", import->run_id);
	record_bind_source(fill, &import->run->source);
	stmt_bind_int(fill, ":started", import->run->started_us);
	if (stmt_run(fill, err) < 0) {
		return -1;
	}
	return record_parents(import->db, &import->run->source, err);
}

static int find_or_add_run(struct import *import, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *find = db_stmt(import->db, "find_run");
	int more;

	record_bind_run_name(find, import->run);
	more = stmt_next(find, err);
	if (more < 0) {
		return -1;
	}
	if (more == 1) {
		return record_run_row(import->db, import->run, &import->run_id, err);
	}
	import->run_id = stmt_col_int(find, 0);
	import->thinned = stmt_col_int(find, 4) != 0;
	if (check_known_run(import, find, err) < 0) {
		return -1;
	}
	return fill_run(import, err);
}

static int find_or_add_attempt(struct import *import, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *find = db_stmt(import->db, "find_attempt");
	int more;

	stmt_bind_int(find, ":run", import->run_id);
	stmt_bind_int(find, ":number", import->attempt->number);
	more = stmt_next(find, err);
	if (more < 0) {
		return -1;
	}
	if (more == 0) {
		import->attempt_id = stmt_col_int(find, 0);
		import->attempt_known = true;
		return 0;
	}
	import->changed = true;
	return record_attempt_row(import->db, import->run_id, import->attempt, &import->attempt_id,
				  err);
}

static int settle_file(const struct import *import, const struct results_file *file,
		       struct err *err)
{
	struct stmt *settle = db_stmt(import->db, "settle_file");

	stmt_bind_int(settle, ":attempt", import->attempt_id);
	stmt_bind_text(settle, ":digest", file->digest);
	stmt_bind_text(settle, ":path", str_or(file->path, ""));
	return stmt_run(settle, err);
}

/* 1 the attempt holds the file, 0 it does not. */
static int knows_file(const struct import *import, const struct results_file *file, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *find = db_stmt(import->db, "find_file");
	int more;

	stmt_bind_int(find, ":attempt", import->attempt_id);
	stmt_bind_text(find, ":digest", file->digest);
	stmt_bind_text(find, ":path", str_or(file->path, ""));
	more = stmt_next(find, err);
	return more < 0 ? -1 : more == 0;
}

static int add_file(struct import *import, size_t at, struct err *err)
{
	const struct results_file *file = &import->attempt->files.items[at];
	int known = knows_file(import, file, err);

	if (known < 0) {
		return -1;
	}
	import->effect->known[at] = known;
	if (known) {
		import->effect->files_known++;
		return settle_file(import, file, err);
	}
	import->effect->files_new++;
	import->changed = true;
	VEC_EACH (const struct result, result, &file->results) {
		*VEC_PUSH(&import->results) = result;
	}
	return record_file_row(import->db, import->attempt_id, file, err);
}

static int add_files(struct import *import, struct err *err)
{
	for (size_t i = 0; i < import->attempt->files.len; i++) {
		if (add_file(import, i, err) < 0) {
			return -1;
		}
	}
	import->effect->results_new = import->results.len;
	return results_write(import->db, import->attempt_id, &import->results,
			     &import->effect->conflicts, &import->fresh, err);
}

static int settle_attempt(const struct import *import, struct err *err)
{
	const struct attempt *attempt = import->attempt;
	struct stmt *settle = db_stmt(import->db, "settle_attempt");

	stmt_bind_int(settle, ":attempt", import->attempt_id);
	stmt_bind_int(settle, ":started", attempt->started_us);
	stmt_bind_known(settle, ":duration",
			attempt->duration_us > 0 ? attempt->duration_us : import->run->duration_us);
	return stmt_run(settle, err);
}

static int settle_run(const struct import *import, struct err *err)
{
	enum run_outcome outcome = RUN_NO_RESULTS;
	struct stmt *settle;

	if (import->changed && standing_outcome(import->db, import->run_id, &outcome, err) < 0) {
		return -1;
	}
	settle = db_stmt(import->db, "settle_run");
	stmt_bind_int(settle, ":run", import->run_id);
	stmt_bind_text(settle, ":outcome", import->changed ? run_outcome_name(outcome) : NULL);
	return stmt_run(settle, err);
}

/* Its rollup cannot be made from what is left. What it has is known; more cannot be added to it. */
static int check_thinned(struct import *import, struct err *err)
{
	const struct results_file_list *files = &import->attempt->files;

	for (size_t i = 0; i < files->len; i++) {
		int known = knows_file(import, &files->items[i], err);

		if (known < 0) {
			return -1;
		}
		if (!known) {
			return err_set(
				err, ERR_INPUT,
				"run %s of job %s: its results were dropped for space (steady "
				"history compact); nothing can be added to it",
				import->run->key, str_or(import->run->job, "''"));
		}
		import->effect->known[i] = true;
		import->effect->files_known++;
	}
	return 0;
}

static int import_all(struct import *import, struct err *err)
{
	import->effect->known = mem_array(import->attempt->files.len, sizeof(bool));
	if (find_or_add_run(import, err) < 0 || find_or_add_attempt(import, err) < 0) {
		return -1;
	}
	if (import->thinned) {
		return check_thinned(import, err);
	}
	if (add_files(import, err) < 0 || settle_attempt(import, err) < 0 ||
	    settle_run(import, err) < 0) {
		return -1;
	}
	/* of an attempt that was there before the fresh blocks are only a part */
	import->fresh.partial = import->fresh.partial || import->attempt_known;
	return import->changed ? rollup_make(import->db, import->run_id, &import->fresh, err) : 0;
}

/* Results of an attempt, as pointers in the order of segments. The caller frees. */
static const struct result **sort_results(const struct attempt *attempt, size_t *len)
{
	const struct result_list *results =
		attempt->files.len ? &attempt->files.items[0].results : NULL;
	const struct result **sorted = mem_array(results ? results->len + 1 : 1, sizeof(*sorted));

	*len = results ? results->len : 0;
	for (size_t i = 0; i < *len; i++) {
		sorted[i] = &results->items[i];
	}
	qsort(sorted, *len, sizeof(*sorted), segment_compare_results);
	return sorted;
}

/* Each as often as it stands in `more` beyond what `known` has of it: the same whatever came first. */
static void find_missing(struct import *import, const struct attempt *known)
{
	size_t known_len = 0, len = 0, at = 0;
	AUTO_FREE const struct result **there = sort_results(known, &known_len);
	AUTO_FREE const struct result **more = sort_results(import->attempt, &len);

	for (size_t i = 0; i < len; i++) {
		int order = -1;

		while (at < known_len &&
		       (order = segment_compare_results(&there[at], &more[i])) < 0) {
			at++;
		}
		if (at < known_len && order == 0) {
			at++;
		} else {
			*VEC_PUSH(&import->results) = more[i];
		}
	}
}

static int join_files(struct import *import, struct err *err)
{
	VEC_EACH (const struct results_file, file, &import->attempt->files) {
		int known = !file->path && !*file->digest ? 1 : knows_file(import, file, err);

		if (known < 0 ||
		    (known ? settle_file(import, file, err)
			   : record_file_row(import->db, import->attempt_id, file, err)) < 0) {
			return -1;
		}
	}
	return 0;
}

static int join_attempt(struct import *import, const struct run *known, struct err *err)
{
	const struct attempt none = {0};
	const struct attempt *there = &none;

	VEC_EACH (const struct attempt, attempt, &known->attempts) {
		if (attempt->number == import->attempt->number) {
			there = attempt;
		}
	}
	import->results.len = 0;
	find_missing(import, there);
	if (find_or_add_attempt(import, err) < 0 || join_files(import, err) < 0 ||
	    settle_attempt(import, err) < 0) {
		return -1;
	}
	/* by the earliest start: names came with their own day when the other history was met */
	return results_write(import->db, import->attempt_id, &import->results, NULL, NULL, err);
}

int import_join(struct db *db, int64_t run_id, const struct run *run, struct err *err)
{
	CLEANUP(import_end)
	struct import import = {.db = db, .run = run, .run_id = run_id, .changed = true};
	CLEANUP(run_release) struct run known = {0};

	if (run_load_whole(db, run_id, &known, err) < 0 || fill_run(&import, err) < 0) {
		return -1;
	}
	VEC_EACH (const struct attempt, attempt, &run->attempts) {
		import.attempt = attempt;
		if (join_attempt(&import, &known, err) < 0) {
			return -1;
		}
	}
	if (record_strays(db, run_id, &run->strays, err) < 0 || settle_run(&import, err) < 0) {
		return -1;
	}
	return rollup_make(db, run_id, NULL, err);
}

int history_import(struct history *history, const struct run *run, struct import_effect *effect,
		   struct err *err)
{
	CLEANUP(import_end)
	struct import import = {
		.db = &history->db,
		.run = run,
		.attempt = run->attempts.items,
		.effect = effect,
	};
	CLEANUP(tx_end) struct tx tx = {0};

	*effect = (struct import_effect){0};
	if (run->attempts.len != 1 || !run->imported) {
		return err_set(err, ERR_INTERNAL, "history: an import is one attempt");
	}
	if (tx_begin(&tx, &history->db, TX_WRITE, err) < 0) {
		return -1;
	}
	if (import_all(&import, err) < 0 || tx_commit(&tx, err) < 0) {
		import_effect_release(effect);
		return -1;
	}
	return 0;
}
