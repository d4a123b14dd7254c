/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_FRAME_WRITER_H
#define STEADY_HISTORY_FRAME_WRITER_H

#include "history/db.h"
#include "history/frame.h"

/*
 * Texts of failures on their way into frames: they are collected and packed together, and a full frame is
 * written; the caller flushes before it commits. Zero-initialise but for db.
 */
struct frame_writer {
	struct db *db;
	struct buf texts; /* of the frame at hand */
	int64_t frame_id; /* 0: none is begun */
	int64_t nth;
};

void frame_writer_release(struct frame_writer *writer);

/* Adds texts: where they will be. */
int frame_writer_add(struct frame_writer *writer, const char *const texts[FRAME_TEXTS],
		     int64_t *frame_id, int64_t *nth, struct err *err);

/* Writes a frame that is full, once its failures lead to it. */
int frame_writer_settle(struct frame_writer *writer, struct err *err);
int frame_writer_flush(struct frame_writer *writer, struct err *err);

#endif
