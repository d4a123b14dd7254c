/* SPDX-License-Identifier: Apache-2.0 */
#include "history/compact.h"

#include "history/frame_writer.h"

#include <inttypes.h>
#include <stdlib.h>

/*
 * A frame has texts of several failures. When no failure names one of them any more it goes; when less than
 * half of it is still named, that is packed anew, together with what is left of others.
 */
struct named {
	int64_t frame_id, nth, failure_id;
};

struct repacking {
	struct compact *compact;
	int64_t version; /* of the database when these were listed; 0 not yet */
	struct {
		VEC(struct named) /* by frame and number */
	} named;
	size_t at;              /* the first one of the frame at hand, or of a later one */
	int64_t frame_id, last; /* the frame at hand, and the last one to look at */
	struct buf content;     /* of it */
	struct frame_writer writer;
	size_t changed; /* frames, in this transaction */
};

static void repacking_end(struct repacking *repacking)
{
	VEC_FREE(&repacking->named);
	buf_release(&repacking->content);
	frame_writer_release(&repacking->writer);
}

static int list_named(struct repacking *repacking, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(repacking->compact->db, "care_named_texts");
	int more;

	repacking->named.len = repacking->at = 0;
	while ((more = stmt_next(row, err)) == 0) {
		*VEC_PUSH(&repacking->named) = (struct named){
			.frame_id = stmt_col_int(row, 0),
			.nth = stmt_col_int(row, 1),
			.failure_id = stmt_col_int(row, 2),
		};
	}
	return more < 0 ? -1 : 0;
}

static int list_again(struct repacking *repacking, struct err *err)
{
	int wrote = db_others_wrote(repacking->compact->db, &repacking->version, err);

	return wrote <= 0 ? wrote : list_named(repacking, err);
}

static bool is_of_frame(const struct repacking *repacking, size_t at)
{
	return at < repacking->named.len &&
	       repacking->named.items[at].frame_id == repacking->frame_id;
}

/* How many bytes of the frame are named; all of them where it is damaged, or a name leads nowhere: such a
 * frame stays as it is. */
static size_t named_bytes(const struct repacking *repacking)
{
	struct pack_cursor cursor = pack_open(&repacking->content);
	const char *texts[FRAME_TEXTS];
	size_t sum = 0, at = repacking->at;

	for (int64_t nth = 0; cursor.at < cursor.end; nth++) {
		const unsigned char *start = cursor.at;

		if (!frame_next(&cursor, texts)) {
			return repacking->content.len;
		}
		if (is_of_frame(repacking, at) && repacking->named.items[at].nth == nth) {
			sum += (size_t)(cursor.at - start);
		}
		while (is_of_frame(repacking, at) && repacking->named.items[at].nth == nth) {
			at++;
		}
	}
	return is_of_frame(repacking, at) ? repacking->content.len : sum;
}

static int move_texts(struct repacking *repacking, const struct named *named,
		      const char *const texts[FRAME_TEXTS], struct err *err)
{
	struct stmt *move = NULL;
	int64_t frame_id = 0, nth = 0;

	if (frame_writer_add(&repacking->writer, texts, &frame_id, &nth, err) < 0) {
		return -1;
	}
	move = db_stmt(repacking->compact->db, "care_move_texts");
	stmt_bind_int(move, ":id", named->failure_id);
	stmt_bind_int(move, ":frame", frame_id);
	stmt_bind_int(move, ":nth", nth);
	return stmt_run(move, err);
}

static int drop_frame(struct repacking *repacking, struct err *err)
{
	struct stmt *drop = db_stmt(repacking->compact->db, "care_drop_frame");

	stmt_bind_int(drop, ":id", repacking->frame_id);
	repacking->changed++;
	return stmt_run(drop, err);
}

/* The frame was read to its end before, so nothing in it is damaged. */
static int repack(struct repacking *repacking, struct err *err)
{
	struct pack_cursor cursor = pack_open(&repacking->content);
	const char *texts[FRAME_TEXTS];
	size_t at = repacking->at;

	for (int64_t nth = 0; cursor.at < cursor.end && frame_next(&cursor, texts); nth++) {
		for (; is_of_frame(repacking, at) && repacking->named.items[at].nth == nth; at++) {
			if (move_texts(repacking, &repacking->named.items[at], texts, err) < 0) {
				return -1;
			}
		}
	}
	/* The old one is there until the new one has its place: ids are given behind the last. */
	if (drop_frame(repacking, err) < 0) {
		return -1;
	}
	return frame_writer_settle(&repacking->writer, err);
}

static int look_at(struct repacking *repacking, struct err *err)
{
	size_t named = 0;

	while (repacking->at < repacking->named.len &&
	       repacking->named.items[repacking->at].frame_id < repacking->frame_id) {
		repacking->at++;
	}
	if (!is_of_frame(repacking, repacking->at)) {
		return drop_frame(repacking, err);
	}
	named = named_bytes(repacking);
	return named * 2 >= repacking->content.len ? 0 : repack(repacking, err);
}

/* 1 when there are no more. */
static int next_frame(struct repacking *repacking, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(repacking->compact->db, "care_frames_after");
	int more;

	stmt_bind_int(row, ":after", repacking->frame_id);
	stmt_bind_int(row, ":last", repacking->last);
	more = stmt_next(row, err);
	if (more != 0) {
		return more;
	}
	repacking->frame_id = stmt_col_int(row, 0);
	buf_clear(&repacking->content);
	stmt_col_unpack(row, 1, &repacking->content);
	return 0;
}

/* 1 when all were looked at. */
static int repack_batch(struct repacking *repacking, struct err *err)
{
	CLEANUP(tx_end) struct tx tx = {0};
	size_t looked = 0;
	int more = 0;

	repacking->changed = 0;
	if (tx_begin(&tx, repacking->compact->db, TX_WRITE, err) < 0 ||
	    list_again(repacking, err) < 0) {
		return -1;
	}
	while (repacking->changed < COMPACT_BATCH && (more = next_frame(repacking, err)) == 0) {
		looked++;
		if (look_at(repacking, err) < 0) {
			return -1;
		}
	}
	if (more < 0 || frame_writer_flush(&repacking->writer, err) < 0 ||
	    tx_commit(&tx, err) < 0) {
		return -1;
	}
	return compact_step(repacking->compact, looked, err) < 0 ? -1 : more;
}

int compact_frames(struct compact *compact, struct err *err)
{
	CLEANUP(repacking_end)
	struct repacking repacking = {
		.compact = compact, .content = BUF_INIT(PACK_MAX), .writer = {.db = compact->db}};
	int done = 0;

	if (db_ask_int(compact->db, "SELECT coalesce(max(id), 0) FROM failure_frame",
		       &repacking.last, err) < 0) {
		return -1;
	}
	while (done == 0) {
		done = repack_batch(&repacking, err);
	}
	return done < 0 ? -1 : 0;
}
