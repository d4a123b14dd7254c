/* SPDX-License-Identifier: Apache-2.0 */
#include "history/compact.h"

#include "history/internal.h"
#include "os/file.h"

#include <stdlib.h>

/* For a size things go in so many steps, each of which is measured. */
#define STEPS 16

int compact_step(struct compact *compact, size_t done, struct err *err)
{
	const struct history_watch *watch = compact->watch;

	compact->done += done;
	if (compact->done > compact->total) {
		compact->total = compact->done;
	}
	compact->stopped = compact->stopped ||
			   (watch && !watch->tell(watch->payload, compact->done, compact->total));
	return compact->stopped ? err_set(err, ERR_CANCELLED, "stopped") : 0;
}

int compact_used(struct db *db, int64_t *bytes, struct err *err)
{
	int64_t pages = 0, unused = 0, size = 0;

	if (db_ask_int(db, "PRAGMA page_count", &pages, err) < 0 ||
	    db_ask_int(db, "PRAGMA freelist_count", &unused, err) < 0 ||
	    db_ask_int(db, "PRAGMA page_size", &size, err) < 0) {
		return -1;
	}
	*bytes = (pages - unused) * size;
	return 0;
}

int64_t compact_size_on_disk(const char *path)
{
	AUTO_FREE char *log = mem_fmt("%s-wal", path);
	struct file_stamp stamp;
	int64_t size = file_stamp(path, &stamp) == 0 ? stamp.size : 0;

	return size + (file_stamp(log, &stamp) == 0 ? stamp.size : 0);
}

/* What started before that is older; INT64_MIN: nothing is. */
static int64_t oldest_kept(const struct keeping *keeping, int64_t span_us)
{
	return span_us > 0 && span_us < keeping->now_us ? keeping->now_us - span_us : INT64_MIN;
}

static int count_runs(struct compact *compact, int64_t before_us, size_t *runs, size_t *whole,
		      struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(compact->db, "care_count_old_runs");

	stmt_bind_int(row, ":before", before_us);
	if (stmt_next(row, err) < 0) {
		return -1;
	}
	*runs = (size_t)stmt_col_int(row, 0);
	*whole = (size_t)stmt_col_int(row, 1);
	return 0;
}

static int plan(struct compact *compact, int64_t runs_before, int64_t results_before,
		struct err *err)
{
	CLEANUP(stmt_done) struct stmt *frames = db_stmt(compact->db, "care_count_frames");
	size_t gone = 0, thinned = 0, ignored = 0;

	if (count_runs(compact, runs_before, &gone, &ignored, err) < 0 ||
	    count_runs(compact, results_before, &ignored, &thinned, err) < 0 ||
	    stmt_next(frames, err) < 0) {
		return -1;
	}
	compact->total = gone + thinned + (size_t)stmt_col_int(frames, 0);
	return 0;
}

static int tidy_up(struct compact *compact, struct err *err)
{
	return compact_sweep(compact, err) < 0 ? -1 : compact_frames(compact, err);
}

static int by_age(struct compact *compact, struct err *err)
{
	const struct keeping *keeping = compact->keeping;
	int64_t runs = oldest_kept(keeping, keeping->runs_us);
	int64_t results = oldest_kept(keeping, keeping->results_us);
	int64_t texts = oldest_kept(keeping, keeping->texts_us);

	if (plan(compact, runs, results, err) < 0 || compact_drop(compact, runs, err) < 0 ||
	    compact_thin(compact, results, err) < 0 || compact_texts(compact, texts, err) < 0) {
		return -1;
	}
	return tidy_up(compact, err);
}

/* When the run behind the first `nth` ones started, or `most` when there are no more. */
static int nth_start(struct compact *compact, int64_t most, size_t nth, int64_t *out,
		     struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(compact->db, "care_nth_run");
	int more;

	stmt_bind_int(row, ":before", most);
	stmt_bind_int(row, ":nth", (int64_t)nth);
	more = stmt_next(row, err);
	*out = more == 0 ? stmt_col_int(row, 0) : most;
	return more < 0 ? -1 : 0;
}

static int look_whether_it_fits(struct compact *compact, struct err *err)
{
	int64_t bytes = 0;

	if (compact_used(compact->db, &bytes, err) < 0) {
		return -1;
	}
	compact->out->fits = bytes <= compact->keeping->max_bytes;
	return 0;
}

typedef int take_fn(struct compact *compact, int64_t before_us, struct err *err);

/* Up to where to go next; runs that went are counted no more. */
static int next_before(struct compact *compact, take_fn *take, size_t step, int64_t most,
		       int64_t *before, struct err *err)
{
	size_t passed = 0, ignored = 0;
	int64_t next = most;

	if ((take != compact_drop && count_runs(compact, *before, &passed, &ignored, err) < 0) ||
	    nth_start(compact, most, passed + step, &next, err) < 0) {
		return -1;
	}
	/* many may have started at once */
	*before = next > *before ? next : *before + 1;
	return 0;
}

/* From the oldest on, until it fits. */
static int shorten(struct compact *compact, take_fn *take, struct err *err)
{
	int64_t most = oldest_kept(compact->keeping, KEEPING_WEEK_US), before = INT64_MIN;
	size_t runs = 0, ignored = 0;

	if (count_runs(compact, most, &runs, &ignored, err) < 0) {
		return -1;
	}
	while (!compact->out->fits && before < most) {
		if (next_before(compact, take, runs / STEPS + 1, most, &before, err) < 0 ||
		    take(compact, before, err) < 0 || tidy_up(compact, err) < 0 ||
		    look_whether_it_fits(compact, err) < 0) {
			return -1;
		}
	}
	return 0;
}

static int by_size(struct compact *compact, struct err *err)
{
	static take_fn *const takes[] = {compact_texts, compact_thin, compact_drop};

	if (compact->keeping->max_bytes <= 0) {
		compact->out->fits = true;
		return 0;
	}
	if (look_whether_it_fits(compact, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < ARRAY_LEN(takes); i++) {
		if (shorten(compact, takes[i], err) < 0) {
			return -1;
		}
	}
	return 0;
}

static int compact_all(struct compact *compact, struct err *err)
{
	if (by_age(compact, err) < 0 || by_size(compact, err) < 0) {
		return -1;
	}
	return compact_shrink(compact, &compact->out->unshrunk, err);
}

void compacted_release(struct compacted *compacted)
{
	cleanup_free(&compacted->unshrunk);
}

int history_compact(struct history *history, const struct keeping *keeping,
		    const struct history_watch *watch, struct compacted *out, struct err *err)
{
	struct compact compact = {
		.db = &history->db, .keeping = keeping, .watch = watch, .out = out};
	int done;

	*out = (struct compacted){.bytes_before = compact_size_on_disk(history->db.path)};
	done = compact_all(&compact, err);
	out->bytes_after = compact_size_on_disk(history->db.path);
	return done;
}
