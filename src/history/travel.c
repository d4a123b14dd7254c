/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history.h"

#include "history/internal.h"
#include "history/landing.h"
#include "history/load_run.h"
#include "history/segment.h"
#include "history/stream.h"

/* Runs leave as segments; intake.c is the way in. */

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

int history_write_segment(const struct run *run, int fd, bool packed, struct err *err)
{
	const struct export_question question = {
		.key = run->key, .job = run->job, .packed = packed};
	struct landing landing = {0};
	struct export_effect effect;
	int done = landing_alone(&landing, run, err);

	if (done == 0) {
		done = history_export(landing.here, &question, fd, NULL, &effect, err);
	}
	landing_clear(&landing);
	return done;
}
