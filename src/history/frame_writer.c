/* SPDX-License-Identifier: Apache-2.0 */
#include "history/frame_writer.h"

void frame_writer_release(struct frame_writer *writer)
{
	buf_release(&writer->texts);
	*writer = (struct frame_writer){0};
}

static int begin(struct frame_writer *writer, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *next = NULL;

	if (writer->frame_id) {
		return 0;
	}
	next = db_stmt(writer->db, "next_frame");
	if (stmt_next(next, err) < 0) {
		return -1;
	}
	writer->texts.max = PACK_MAX;
	writer->frame_id = stmt_col_int(next, 0);
	writer->nth = 0;
	return 0;
}

int frame_writer_add(struct frame_writer *writer, const char *const texts[FRAME_TEXTS],
		     int64_t *frame_id, int64_t *nth, struct err *err)
{
	if (begin(writer, err) < 0) {
		return -1;
	}
	frame_add(&writer->texts, texts);
	*frame_id = writer->frame_id;
	*nth = writer->nth++;
	return 0;
}

int frame_writer_settle(struct frame_writer *writer, struct err *err)
{
	return writer->texts.len < FRAME_SIZE ? 0 : frame_writer_flush(writer, err);
}

int frame_writer_flush(struct frame_writer *writer, struct err *err)
{
	CLEANUP(buf_release) struct buf packed = BUF_INIT(BUF_OWN_MAX);
	struct stmt *insert = NULL;

	if (!writer->frame_id) {
		return 0;
	}
	pack_add(&packed, writer->texts.data, writer->texts.len);
	insert = db_stmt(writer->db, "insert_frame");
	stmt_bind_int(insert, ":id", writer->frame_id);
	stmt_bind_blob(insert, ":texts", &packed);
	buf_clear(&writer->texts);
	writer->frame_id = 0;
	return stmt_run(insert, err);
}
