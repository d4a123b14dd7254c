/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history.h"

#include "base/str.h"
#include "history/internal.h"
#include "history/load_run.h"
#include "history/merge.h"
#include "history/record.h"
#include "history/scratch.h"
#include "history/segment.h"
#include "history/stream.h"

#include <stdlib.h>
#include <string.h>

/*
 * Runs as segments, out and in. What comes in is first recorded in a history of its own, a few runs at a time,
 * which is then merged: so there is one way for runs to meet (meet.h), and whatever a segment says passes the
 * same checks as a run of our own.
 */

static int put_bytes(void *payload, const char *bytes, size_t len, struct err *err)
{
	return byte_writer_put(payload, bytes, len, err);
}

struct export_list {
	VEC(int64_t)
};

static int list_runs(struct history *history, const struct export_question *question,
		     struct export_list *out, struct export_effect *effect, struct err *err)
{
	CLEANUP(stmt_done)
	struct stmt *row = db_stmt(&history->db, question->key ? "export_by_key" : "export_runs");
	int more;

	if (question->key) {
		stmt_bind_text(row, ":key", question->key);
	} else {
		stmt_bind_int(row, ":since", question->since_us);
		stmt_bind_int(row, ":until", question->until_us);
	}
	stmt_bind_text(row, ":job", question->job);
	while ((more = stmt_next(row, err)) == 0) {
		if (stmt_col_int(row, 1)) {
			effect->thinned++;
		} else {
			*VEC_PUSH(out) = stmt_col_int(row, 0);
		}
	}
	return more < 0 ? -1 : 0;
}

static int export_run(struct history *history, int64_t id, struct byte_writer *writer,
		      struct err *err)
{
	const struct segment_sink sink = {put_bytes, writer};
	CLEANUP(run_release) struct run run = {0};

	return run_load_whole(&history->db, id, &run, err) < 0 ? -1
							       : segment_write(&run, &sink, err);
}

static int export_all(struct history *history, const struct export_list *list,
		      struct byte_writer *writer, const struct history_watch *watch,
		      struct export_effect *effect, struct err *err)
{
	for (size_t i = 0; i < list->len; i++) {
		if (watch && !watch->tell(watch->payload, i, list->len)) {
			return err_set(err, ERR_CANCELLED, "stopped");
		}
		if (export_run(history, list->items[i], writer, err) < 0) {
			return -1;
		}
		effect->runs++;
	}
	return 0;
}

int history_export(struct history *history, const struct export_question *question, int fd,
		   const struct history_watch *watch, struct export_effect *effect, struct err *err)
{
	CLEANUP(tx_end) struct tx tx = {0};
	struct export_list list = {0};
	struct byte_writer *writer = NULL;
	struct err ignored = ERR_INIT;
	int done;

	*effect = (struct export_effect){0};
	done = tx_begin(&tx, &history->db, TX_READ, err);
	if (done == 0) {
		done = list_runs(history, question, &list, effect, err);
	}
	if (done == 0) {
		writer = byte_writer_new(fd, question->packed);
		done = export_all(history, &list, writer, watch, effect, err);
	}
	if (byte_writer_end(writer, done < 0 ? &ignored : err) < 0) {
		done = -1;
	}
	VEC_FREE(&list);
	return done;
}

#define LOAD_RUNS    64
#define LOAD_RESULTS ((size_t)2000000)
#define WATCH_LINES  1024
#define BLANK_LINES  100000

/* The history in which arriving runs are put down. */
struct landing {
	struct history *into;
	const struct history_watch *watch;
	struct segments_effect *effect;
	struct history *here; /* NULL: nothing has landed since it was cleared */
	struct tx tx;
	size_t runs, results;
};

static void landing_clear(struct landing *landing)
{
	tx_end(&landing->tx);
	landing->tx = (struct tx){0};
	history_close(landing->here);
	landing->here = NULL;
	landing->runs = landing->results = 0;
}

static int landing_open(struct landing *landing, struct err *err)
{
	if (landing->here) {
		return 0;
	}
	if (scratch_open(NULL, &landing->here, err) < 0) {
		return -1;
	}
	return tx_begin(&landing->tx, &landing->here->db, TX_WRITE, err);
}

/* What has landed goes on to where it belongs. */
static int landing_merge(struct landing *landing, struct err *err)
{
	CLEANUP(merge_effect_release) struct merge_effect effect = {0};
	int done = 0;

	if (landing->runs > 0) {
		done = tx_commit(&landing->tx, err);
		landing->tx = (struct tx){0};
		if (done == 0) {
			done = merge_exactly(landing->into, landing->here, &effect, err);
		}
	}
	if (landing->effect) {
		merge_effect_add(&landing->effect->merged, &effect);
	}
	landing_clear(landing);
	return done;
}

static size_t count_results(const struct run *run)
{
	size_t count = 0;

	VEC_EACH (const struct attempt, attempt, &run->attempts) {
		VEC_EACH (const struct results_file, file, &attempt->files) {
			count += file->results.len;
		}
	}
	return count;
}

/* A name that has landed already has to meet the one before where both belong. */
static int landing_take(struct landing *landing, const struct run *run, struct err *err)
{
	int done;

	if (landing_open(landing, err) < 0) {
		return -1;
	}
	done = record_run(&landing->here->db, run, err);
	if (done < 0 && err->code == ERR_INPUT && landing->runs > 0) {
		if (landing_merge(landing, err) < 0 || landing_open(landing, err) < 0) {
			return -1;
		}
		done = record_run(&landing->here->db, run, err);
	}
	if (done < 0) {
		return -1;
	}
	landing->runs++;
	landing->results += count_results(run);
	return landing->runs < LOAD_RUNS && landing->results < LOAD_RESULTS
		       ? 0
		       : landing_merge(landing, err);
}

int history_write_segment(const struct run *run, int fd, bool packed, struct err *err)
{
	const struct export_question question = {
		.key = run->key, .job = run->job, .packed = packed};
	struct landing landing = {0};
	struct export_effect effect;
	int done = landing_open(&landing, err);

	if (done == 0) {
		done = record_run(&landing.here->db, run, err);
	}
	if (done == 0) {
		done = tx_commit(&landing.tx, err);
	}
	landing.tx = (struct tx){0};
	if (done == 0) {
		done = history_export(landing.here, &question, fd, NULL, &effect, err);
	}
	landing_clear(&landing);
	return done;
}

/* One stream of segments. */
struct arrival {
	struct landing landing;
	struct line_reader *lines;
	struct segment_reader reader;
	bool lost;    /* until the next segment begins */
	size_t blank; /* lines that say nothing */
};

static void refuse(struct arrival *arrival, size_t line, const struct err *why)
{
	struct segments_effect *effect = arrival->landing.effect;

	strv_fmt(&effect->refused, "%zu: %s", line, why->msg);
	segment_reader_release(&arrival->reader);
	arrival->lost = true;
}

/* The one before was cut: its last line never came. */
static void refuse_cut(struct arrival *arrival, size_t line)
{
	struct err why = ERR_INIT;

	err_set(&why, ERR_INPUT, "run %s is cut: its last line is missing",
		arrival->reader.run.key);
	refuse(arrival, line, &why);
}

static int take_whole(struct arrival *arrival, struct err *err)
{
	struct segments_effect *effect = arrival->landing.effect;
	int done = landing_take(&arrival->landing, &arrival->reader.run, err);

	effect->read += done == 0;
	effect->strays_dropped += arrival->reader.strays_dropped;
	segment_reader_release(&arrival->reader);
	return done;
}

static int take_line(struct arrival *arrival, const char *line, size_t len, struct err *err)
{
	size_t number = line_reader_number(arrival->lines);
	struct err fault = ERR_INIT;

	if (strspn(line, " \t\r") >= len) {
		return ++arrival->blank <= BLANK_LINES
			       ? 0
			       : err_set(err, ERR_INPUT, "has more than %d empty lines",
					 BLANK_LINES);
	}
	if (segment_begins(line, len)) {
		if (arrival->reader.begun) {
			refuse_cut(arrival, number);
		}
		arrival->lost = false;
	}
	if (arrival->lost) {
		return 0;
	}
	if (segment_read_line(&arrival->reader, line, len, &fault) < 0) {
		refuse(arrival, number, &fault);
		return 0;
	}
	return arrival->reader.whole ? take_whole(arrival, err) : 0;
}

static int take_lines(struct arrival *arrival, struct err *err)
{
	const struct history_watch *watch = arrival->landing.watch;
	const char *line = NULL;
	size_t len = 0;
	int more;

	while ((more = line_reader_next(arrival->lines, &line, &len, err)) == 0) {
		if (watch && line_reader_number(arrival->lines) % WATCH_LINES == 0 &&
		    !watch->tell(watch->payload, arrival->landing.effect->read, 0)) {
			arrival->landing.effect->stopped = true;
			return 0;
		}
		if (take_line(arrival, line, len, err) < 0) {
			return -1;
		}
	}
	if (more == 1 && arrival->reader.begun) {
		refuse_cut(arrival, line_reader_number(arrival->lines));
	}
	return more < 0 ? -1 : 0;
}

void segments_effect_release(struct segments_effect *effect)
{
	merge_effect_release(&effect->merged);
	strv_release(&effect->refused);
	*effect = (struct segments_effect){0};
}

int history_take_segments(struct history *into, int fd, const struct history_watch *watch,
			  struct segments_effect *effect, struct err *err)
{
	struct arrival arrival = {
		.landing = {.into = into, .watch = watch, .effect = effect},
		.lines = line_reader_new(fd, SEGMENT_LINE_MAX),
	};
	struct err late = ERR_INIT;
	int done;

	*effect = (struct segments_effect){0};
	done = take_lines(&arrival, err);
	/* what is whole is kept, whatever came behind it */
	if (landing_merge(&arrival.landing, done < 0 ? &late : err) < 0) {
		done = -1;
	}
	segment_reader_release(&arrival.reader);
	line_reader_free(arrival.lines);
	return done;
}
