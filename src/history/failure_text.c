/* SPDX-License-Identifier: Apache-2.0 */
#include "history/failure_text.h"

#include "history/decode.h"
#include "text/utf8.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define NOTE_MAX 48 /* "\n[18446744073709551615 bytes left out]\n" */

static bool is_continuation(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

void failure_text_cut(struct buf *out, const char *text, size_t max)
{
	CLEANUP(buf_release) struct buf clean = BUF_INIT(BUF_OWN_MAX);
	size_t half = (max - NOTE_MAX) / 2;
	size_t before = out->len;
	size_t head = half;
	size_t tail;

	/* Most texts fit: in place at first. */
	utf8_clean(out, text, strlen(text));
	if (out->len - before <= max) {
		return;
	}
	buf_add(&clean, out->data + before, out->len - before);
	out->len = before;
	tail = clean.len - half;
	while (head > 0 && is_continuation(clean.data[head])) {
		head--;
	}
	while (tail < clean.len && is_continuation(clean.data[tail])) {
		tail++;
	}
	buf_add(out, clean.data, head);
	buf_fmt(out, "\n[%zu bytes left out]\n", tail - head);
	buf_add(out, clean.data + tail, clean.len - tail);
}

/* NULL for NULL; the caller frees. */
static char *bounded(const char *text, size_t max)
{
	struct buf out = BUF_INIT(BUF_OWN_MAX);

	if (!text) {
		return NULL;
	}
	failure_text_cut(&out, text, max);
	return buf_take(&out);
}

/* What is kept of a failure. */
struct bounded_failure {
	const char *signature;    /* NULL none */
	char *texts[FRAME_TEXTS]; /* type, message and text; owned */
};

static void bounded_failure_release(struct bounded_failure *kept)
{
	for (size_t i = 0; i < FRAME_TEXTS; i++) {
		free(kept->texts[i]);
	}
}

static void bound(const struct failure *failure, struct bounded_failure *out)
{
	out->signature = failure->signature[0] ? failure->signature : NULL;
	out->texts[0] = bounded(failure->type, FAILURE_TYPE_MAX);
	out->texts[1] = bounded(failure->message, FAILURE_MESSAGE_MAX);
	out->texts[2] = bounded(failure->text, FAILURE_TEXT_MAX);
}

static int64_t digest_of(const struct bounded_failure *kept)
{
	return frame_digest(kept->signature, (const char *const *)kept->texts);
}

/* Of many, the least one: so it does not matter which came first. */
static int improve_example(struct db *db, int64_t id, const char *known, const char *example,
			   struct err *err)
{
	struct stmt *update = NULL;

	if (!known || strcmp(known, example) <= 0) {
		return 0;
	}
	update = db_stmt(db, "update_example");
	stmt_bind_int(update, ":id", id);
	stmt_bind_text(update, ":example", example);
	return stmt_run(update, err);
}

int signature_settle(struct db *db, const char *hash, const char *example, int64_t *id,
		     struct err *err)
{
	CLEANUP(stmt_done) struct stmt *find = db_stmt(db, "find_signature");
	struct stmt *insert = NULL;
	int more;

	stmt_bind_text(find, ":hash", hash);
	more = stmt_next(find, err);
	if (more < 0) {
		return -1;
	}
	if (more == 0) {
		*id = stmt_col_int(find, 0);
		return improve_example(db, *id, stmt_col_borrow(find, 1), example, err);
	}
	insert = db_stmt(db, "insert_signature");
	stmt_bind_text(insert, ":hash", hash);
	stmt_bind_text(insert, ":example", example);
	if (stmt_run(insert, err) < 0) {
		return -1;
	}
	*id = db_last_id(db);
	return 0;
}

/* The row id, or 0 without a signature. */
static int settle_signature(struct db *db, const struct bounded_failure *kept, int64_t *id,
			    struct err *err)
{
	AUTO_FREE char *example = NULL;

	*id = 0;
	if (!kept->signature) {
		return 0;
	}
	example = failure_one_line(kept->texts[0], kept->texts[1]);
	return signature_settle(db, kept->signature, example, id, err);
}

static int insert_failure(struct frame_writer *writer, const struct bounded_failure *kept,
			  int64_t digest, int64_t *id, struct err *err)
{
	int64_t signature_id = 0, frame_id = 0, nth = 0;
	struct stmt *insert = NULL;

	if (settle_signature(writer->db, kept, &signature_id, err) < 0 ||
	    frame_writer_add(writer, (const char *const *)kept->texts, &frame_id, &nth, err) < 0) {
		return -1;
	}
	insert = db_stmt(writer->db, "insert_failure");
	stmt_bind_known(insert, ":id", *id > 0 ? *id : -1);
	stmt_bind_known(insert, ":signature", signature_id > 0 ? signature_id : -1);
	stmt_bind_int(insert, ":digest", digest);
	stmt_bind_int(insert, ":frame", frame_id);
	stmt_bind_int(insert, ":nth", nth);
	if (stmt_run(insert, err) < 0) {
		return -1;
	}
	*id = db_last_id(writer->db);
	return frame_writer_settle(writer, err);
}

/* They were dropped for space, and here they are again. */
static int give_texts(struct frame_writer *writer, const struct bounded_failure *kept, int64_t id,
		      struct err *err)
{
	struct stmt *give = NULL;
	int64_t frame_id = 0, nth = 0;

	if (frame_writer_add(writer, (const char *const *)kept->texts, &frame_id, &nth, err) < 0) {
		return -1;
	}
	give = db_stmt(writer->db, "give_texts");
	stmt_bind_int(give, ":id", id);
	stmt_bind_int(give, ":frame", frame_id);
	stmt_bind_int(give, ":nth", nth);
	return stmt_run(give, err) < 0 ? -1 : frame_writer_settle(writer, err);
}

int failure_store(struct frame_writer *writer, const struct failure *failure, int64_t *id,
		  struct err *err)
{
	CLEANUP(bounded_failure_release) struct bounded_failure kept = {0};
	CLEANUP(stmt_done) struct stmt *find = db_stmt(writer->db, "find_failure");
	int64_t digest;
	int more;

	bound(failure, &kept);
	digest = digest_of(&kept);
	stmt_bind_int(find, ":digest", digest);
	stmt_bind_text(find, ":signature", kept.signature);
	more = stmt_next(find, err);
	if (more < 0) {
		return -1;
	}
	if (more == 1) {
		*id = 0;
		return insert_failure(writer, &kept, digest, id, err);
	}
	*id = stmt_col_int(find, 0);
	return stmt_col_int(find, 1) ? give_texts(writer, &kept, *id, err) : 0;
}

int failure_move(struct frame_writer *writer, const struct failure *failure, int64_t id,
		 struct err *err)
{
	CLEANUP(bounded_failure_release) struct bounded_failure kept = {0};

	bound(failure, &kept);
	return insert_failure(writer, &kept, digest_of(&kept), &id, err);
}

void open_frame_release(struct open_frame *frame)
{
	buf_release(&frame->content);
	*frame = (struct open_frame){0};
}

enum failure_column { FAILURE_SIGNATURE, FAILURE_NTH, FAILURE_FRAME, FAILURE_TEXTS };

static bool open_frame(const struct stmt *row, struct open_frame *frame)
{
	int64_t id = stmt_col_int(row, FAILURE_FRAME);

	if (frame->id == id) {
		return true;
	}
	open_frame_release(frame);
	frame->content = (struct buf)BUF_INIT(PACK_MAX);
	if (!stmt_col_unpack(row, FAILURE_TEXTS, &frame->content)) {
		return false;
	}
	frame->id = id;
	return true;
}

static bool read_failure(const struct stmt *row, struct open_frame *frame, struct failure *out)
{
	const char *texts[FRAME_TEXTS] = {0};
	struct pack_cursor cursor;
	int64_t nth = stmt_col_int(row, FAILURE_NTH);

	decode_id(out->signature, sizeof(out->signature), stmt_col_borrow(row, FAILURE_SIGNATURE));
	if (stmt_col_is_null(row, FAILURE_FRAME)) {
		out->forgotten = true;
		return true;
	}
	if (!open_frame(row, frame)) {
		return false;
	}
	cursor = pack_open(&frame->content);
	for (int64_t i = 0; i <= nth; i++) {
		if (!frame_next(&cursor, texts)) {
			return false;
		}
	}
	out->type = mem_str(texts[0]);
	out->message = mem_str(texts[1]);
	out->text = mem_str(texts[2]);
	return true;
}

int failure_load(struct db *db, int64_t id, struct open_frame *frame, struct failure **out,
		 struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(db, "load_failure");
	int more;

	*out = NULL;
	stmt_bind_int(row, ":id", id);
	more = stmt_next(row, err);
	if (more != 0) {
		return more < 0 ? -1 : 0;
	}
	*out = mem_alloc(sizeof(**out));
	if (!read_failure(row, frame, *out)) {
		failure_free(*out);
		*out = NULL;
		return db_damaged(db, err, "failure %" PRId64, id);
	}
	return 0;
}
