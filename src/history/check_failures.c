/* SPDX-License-Identifier: Apache-2.0 */
#include "history/check.h"

#include "history/frame.h"

#include <inttypes.h>

/* Where failures and the frame that has their texts are walked through side by side. */
struct reading {
	int64_t frame_id; /* of the content; 0 none */
	bool good;        /* it can be read */
	struct buf content;
	struct pack_cursor cursor;
	int64_t next;                   /* the number of the texts at the cursor */
	const char *texts[FRAME_TEXTS]; /* the ones before it */
};

static void reading_end(struct reading *reading)
{
	buf_release(&reading->content);
}

static int open_frame(struct check *check, struct reading *reading, int64_t id, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(check->db, "care_frame");
	int more;

	reading->frame_id = id;
	reading->next = 0;
	reading->good = false;
	buf_clear(&reading->content);
	stmt_bind_int(row, ":id", id);
	more = stmt_next(row, err);
	if (more < 0) {
		return check_is_content(check, err);
	}
	if (more == 0) {
		/* a frame that is damaged was told when all were looked at */
		reading->good = stmt_col_unpack(row, 0, &reading->content);
		reading->cursor = pack_open(&reading->content);
	}
	return 0;
}

/* Moves on to the texts of that number; false when there are none. */
static bool walk_to(struct reading *reading, int64_t nth)
{
	while (reading->good && reading->next <= nth) {
		reading->good = frame_next(&reading->cursor, reading->texts);
		reading->next++;
	}
	return reading->good && reading->next == nth + 1;
}

static int check_failure(struct check *check, struct reading *reading, const struct stmt *row,
			 struct err *err)
{
	int64_t frame_id = stmt_col_int(row, 1);

	check->out->failures++;
	if (frame_id != reading->frame_id && open_frame(check, reading, frame_id, err) < 0) {
		return -1;
	}
	if (!walk_to(reading, stmt_col_int(row, 2))) {
		check_note(check, "failure", stmt_col_int(row, 0), REMEDY_NONE,
			   "its texts are not to be had from frame %" PRId64, frame_id);
	} else if (frame_digest(stmt_col_borrow(row, 4), reading->texts) != stmt_col_int(row, 3)) {
		check_note(check, "failure", stmt_col_int(row, 0), REMEDY_NONE,
			   "does not say what its digest says");
	}
	return 0;
}

static int check_texts(struct check *check, struct err *err)
{
	CLEANUP(reading_end) struct reading reading = {.content = BUF_INIT(PACK_MAX)};
	CLEANUP(stmt_done) struct stmt *row = db_stmt(check->db, "care_failures");
	int more;

	while ((more = stmt_next(row, err)) == 0) {
		if (check_failure(check, &reading, row, err) < 0) {
			return -1;
		}
	}
	return more < 0 ? check_is_content(check, err) : 0;
}

/* From its start to its end. */
static bool is_whole(const struct stmt *row, struct buf *content)
{
	const char *texts[FRAME_TEXTS];
	struct pack_cursor cursor;

	if (!stmt_col_unpack(row, 0, content)) {
		return false;
	}
	cursor = pack_open(content);
	while (cursor.at < cursor.end) {
		if (!frame_next(&cursor, texts)) {
			return false;
		}
	}
	return true;
}

static int check_frame(struct check *check, int64_t id, struct buf *content, struct err *err)
{
	CLEANUP(stmt_done) struct stmt *row = db_stmt(check->db, "care_frame");
	int more;

	buf_clear(content);
	stmt_bind_int(row, ":id", id);
	more = stmt_next(row, err);
	if (more != 0 || !is_whole(row, content)) {
		check_note(check, "failure_frame", id, REMEDY_NONE, "is damaged");
	}
	return more < 0 ? check_is_content(check, err) : 0;
}

int check_failures(struct check *check, struct err *err)
{
	CLEANUP(buf_release) struct buf content = BUF_INIT(PACK_MAX);
	CLEANUP(stmt_done) struct stmt *row = db_stmt(check->db, "care_frames");
	int more;

	while ((more = stmt_next(row, err)) == 0) {
		if (check_step(check, 1, err) < 0 ||
		    check_frame(check, stmt_col_int(row, 0), &content, err) < 0) {
			return -1;
		}
	}
	if (more < 0 && check_is_content(check, err) < 0) {
		return -1;
	}
	return check_texts(check, err);
}
