/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_FAILURE_TEXT_H
#define STEADY_HISTORY_FAILURE_TEXT_H

#include "base/buf.h"
#include "history/frame_writer.h"
#include "model/result.h"

/* What failures said: bounded, stored once however often it is said, and packed. */

#define FAILURE_TYPE_MAX    1024
#define FAILURE_MESSAGE_MAX 4096
#define FAILURE_TEXT_MAX    16384

/*
 * Appends the text as valid UTF-8 of at most max bytes (64 or more): of a longer one the start and
 * the end, with a line in between that says how much is missing.
 */
void failure_text_cut(struct buf *out, const char *text, size_t max);

/* Finds or adds the failure; its texts go by the writer. */
int failure_store(struct frame_writer *writer, const struct failure *failure, int64_t *id,
		  struct err *err);

/* Finds or adds a signature, with the example that one of its failures gives. */
int signature_settle(struct db *db, const char *hash, const char *example, int64_t *id,
		     struct err *err);

/* Adds a failure under the id that it had in an older schema. */
int failure_move(struct frame_writer *writer, const struct failure *failure, int64_t id,
		 struct err *err);

/* The frame that was read last: failures of one run lie in few of them. Begins as {0}. */
struct open_frame {
	int64_t id; /* 0 none */
	struct buf content;
};

void open_frame_release(struct open_frame *frame);

/* Reads what it said; *out is NULL when there is no such failure. Texts that were dropped are NULL. The
 * caller frees by failure_free(). Frames stay as they are for as long as the caller's transaction. */
int failure_load(struct db *db, int64_t id, struct open_frame *frame, struct failure **out,
		 struct err *err);

#endif
