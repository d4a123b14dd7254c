/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history.h"

#include "base/str.h"
#include "history/internal.h"
#include "history/meet.h"
#include "history/merge.h"

#include <stdlib.h>

/*
 * All runs of one history into another. What is large goes over as it is: blocks and texts of failures
 * are copied, and only ids are made anew. A transaction holds some runs, so that others can record
 * meanwhile, and what has arrived is there when it is stopped.
 */

#define BATCH_RUNS 256

struct merge {
	struct history *into, *from;
	const struct history_watch *watch;
	struct merge_effect *effect;
	bool exact; /* runs of one name are compared result by result */
	struct moving moving;
	int64_t version; /* of the other's content when `moving` began; 0 not yet */
	struct {
		VEC(int64_t)
	} runs; /* those to copy */
};

static void merge_end(struct merge *merge)
{
	moving_release(&merge->moving);
	VEC_FREE(&merge->runs);
}

static char *gist(struct db *db, int64_t run_id, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(db, "merge_gist");
	int more;

	stmt_bind_int(row, ":id", run_id);
	more = stmt_next(row, err);
	return more < 0 ? NULL : mem_str(more == 0 ? str_or(stmt_col_borrow(row, 0), "") : "");
}

static int compare_runs(struct merge *merge, int64_t here, int64_t there, bool *same,
			struct err *err)
{
	AUTO_FREE char *a = gist(&merge->from->db, here, err);
	AUTO_FREE char *b = a ? gist(&merge->into->db, there, err) : NULL;

	*same = str_eq(a, b);
	return a && b ? 0 : -1;
}

/* Notes it when something has to be done about it. */
static int look_at_run(struct merge *merge, const struct stmt *row, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *find = db_stmt(&merge->into->db, "merge_find_run");
	static const char *const parts[] = {":key", ":job", ":variant"};
	int64_t here = stmt_col_int(row, 0), there = 0;
	bool same = false;
	int more;

	for (int i = 0; i < 3; i++) {
		stmt_bind_text(find, parts[i], stmt_col_borrow(row, i + 1));
	}
	more = stmt_find(find, &there, err);
	if (more < 0 ||
	    (more == 0 && !merge->exact && compare_runs(merge, here, there, &same, err) < 0)) {
		return -1;
	}
	if (same) {
		merge->effect->known++;
	} else {
		*VEC_PUSH(&merge->runs) = here;
	}
	return 0;
}

static int list_runs(struct merge *merge, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(&merge->from->db, "merge_list_runs");
	int more;

	while ((more = stmt_next(row, err)) == 0) {
		if (look_at_run(merge, row, err) < 0) {
			return -1;
		}
	}
	return more < 0 ? -1 : 0;
}

/* What is there already may go when somebody else compacts the history between two transactions. */
static int begin_moving(struct merge *merge, struct err *err)
{
	struct db *into = &merge->into->db;
	int wrote = db_others_wrote(into, &merge->version, err);

	if (wrote <= 0) {
		return wrote;
	}
	moving_release(&merge->moving);
	return moving_begin(&merge->moving, &merge->from->db, into, err);
}

static int copy_batch(struct merge *merge, size_t first, size_t *end, struct err *err)
{
	CLEANUP(tx_end) struct tx tx = {0};
	CLEANUP(merge_effect_release) struct merge_effect done = {0};

	*end = merge->runs.len - first < BATCH_RUNS ? merge->runs.len : first + BATCH_RUNS;
	if (tx_begin(&tx, &merge->into->db, TX_WRITE, err) < 0) {
		return -1;
	}
	if (begin_moving(merge, err) < 0) {
		return -1;
	}
	for (size_t i = first; i < *end; i++) {
		if (meet_run(&merge->moving, merge->runs.items[i], &done, err) < 0) {
			return -1;
		}
	}
	if (tx_commit(&tx, err) < 0) {
		return -1;
	}
	merge_effect_add(merge->effect, &done);
	return 0;
}

static bool goes_on(const struct merge *merge, size_t done)
{
	const struct history_watch *watch = merge->watch;

	return !watch || watch->tell(watch->payload, done, merge->runs.len);
}

static int copy_runs(struct merge *merge, struct err *err)
{
	size_t at = 0;

	while (at < merge->runs.len && goes_on(merge, at)) {
		if (copy_batch(merge, at, &at, err) < 0) {
			return -1;
		}
	}
	merge->effect->left = merge->runs.len - at;
	return 0;
}

void merge_effect_release(struct merge_effect *effect)
{
	strv_release(&effect->twins);
	*effect = (struct merge_effect){0};
}

void merge_effect_add(struct merge_effect *sum, const struct merge_effect *more)
{
	sum->added += more->added;
	sum->joined += more->joined;
	sum->known += more->known;
	sum->results += more->results;
	strv_add_all(&sum->twins, &more->twins);
}

static int merge_all(struct merge *merge, struct err *err)
{
	CLEANUP(tx_end) struct tx reading = {0};

	*merge->effect = (struct merge_effect){0};
	if (tx_begin(&reading, &merge->from->db, TX_READ, err) < 0 || list_runs(merge, err) < 0) {
		return -1;
	}
	return copy_runs(merge, err);
}

int history_merge(struct history *into, struct history *from, const struct history_watch *watch,
		  struct merge_effect *effect, struct err *err)
{
	CLEANUP(merge_end)
	struct merge merge = {.into = into, .from = from, .watch = watch, .effect = effect};

	return merge_all(&merge, err);
}

int merge_exactly(struct history *into, struct history *from, struct merge_effect *effect,
		  struct err *err)
{
	CLEANUP(merge_end)
	struct merge merge = {.into = into, .from = from, .effect = effect, .exact = true};

	return merge_all(&merge, err);
}
