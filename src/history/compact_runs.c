/* SPDX-License-Identifier: Apache-2.0 */
#include "history/compact.h"

#include <stdlib.h>

/* Some runs a transaction, the oldest first. */

struct run_ids {
	VEC(int64_t)
};

static void run_ids_release(struct run_ids *ids)
{
	VEC_FREE(ids);
}

static int list_runs(struct compact *compact, const char *statement, int64_t before_us,
		     struct run_ids *out, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(compact->db, statement);
	int more;

	out->len = 0;
	stmt_bind_int(row, ":before", before_us);
	stmt_bind_int(row, ":most", COMPACT_BATCH);
	while ((more = stmt_next(row, err)) == 0) {
		*VEC_PUSH(out) = stmt_col_int(row, 0);
	}
	return more < 0 ? -1 : 0;
}

static int run_on(struct compact *compact, const char *statement, int64_t run_id, struct err *err)
{
	struct stmt *stmt = db_stmt(compact->db, statement);

	stmt_bind_int(stmt, ":run", run_id);
	return stmt_run(stmt, err);
}

static int drop_run(struct compact *compact, int64_t run_id, struct compacted *count,
		    struct err *err)
{
	count->runs++;
	return run_on(compact, "care_drop_run", run_id, err);
}

static int count_results(struct compact *compact, int64_t run_id, int64_t *results, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(compact->db, "care_count_results");
	int more;

	stmt_bind_int(row, ":run", run_id);
	more = stmt_next(row, err);
	*results += more == 0 ? stmt_col_int(row, 0) : 0;
	return more < 0 ? -1 : 0;
}

/* Its files stay, by which one that is imported again is known; and so do verdicts and waits. */
static int thin_run(struct compact *compact, int64_t run_id, struct compacted *count,
		    struct err *err)
{
	static const char *const parts[] = {
		"care_thin_blocks",     "care_thin_rows",  "care_thin_autopsies", "care_thin_leaks",
		"care_thin_conditions", "care_thin_alone", "care_thin_logs",      "care_thin_run",
	};

	count->thinned++;
	if (count_results(compact, run_id, &count->results, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		if (run_on(compact, parts[i], run_id, err) < 0) {
			return -1;
		}
	}
	return 0;
}

struct taking {
	const char *list;
	int (*take)(struct compact *compact, int64_t run_id, struct compacted *count,
		    struct err *err);
};

/* 1 when there was nothing left to take. */
static int take_batch(struct compact *compact, const struct taking *taking, int64_t before_us,
		      struct err *err)
{
	CLEANUP(run_ids_release) struct run_ids ids = {0};
	CLEANUP(tx_end) struct tx tx = {0};
	struct compacted count = {0};

	if (tx_begin(&tx, compact->db, TX_WRITE, err) < 0 ||
	    list_runs(compact, taking->list, before_us, &ids, err) < 0) {
		return -1;
	}
	VEC_EACH (const int64_t, id, &ids) {
		if (taking->take(compact, *id, &count, err) < 0) {
			return -1;
		}
	}
	if (tx_commit(&tx, err) < 0) {
		return -1;
	}
	compact->out->runs += count.runs;
	compact->out->thinned += count.thinned;
	compact->out->results += count.results;
	return compact_step(compact, ids.len, err) < 0 ? -1 : ids.len < COMPACT_BATCH;
}

static int take_all(struct compact *compact, const struct taking *taking, int64_t before_us,
		    struct err *err)
{
	int done = 0;

	while (before_us > INT64_MIN && done == 0) {
		done = take_batch(compact, taking, before_us, err);
	}
	return done < 0 ? -1 : 0;
}

int compact_thin(struct compact *compact, int64_t before_us, struct err *err)
{
	static const struct taking thinning = {"care_unthinned_runs", thin_run};

	return take_all(compact, &thinning, before_us, err);
}

int compact_drop(struct compact *compact, int64_t before_us, struct err *err)
{
	static const struct taking dropping = {"care_old_runs", drop_run};

	return take_all(compact, &dropping, before_us, err);
}
