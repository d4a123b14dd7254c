/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_FRAME_H
#define STEADY_HISTORY_FRAME_H

#include "history/pack.h"

/* How the texts of failures lie in a frame (schema_5.sql), and what they are known by. Pure. */

#define FRAME_TEXTS 3     /* type, message and text; NULL: it has none */
#define FRAME_SIZE  65536 /* one text is read at the price of its frame */

void frame_add(struct buf *out, const char *const texts[FRAME_TEXTS]);

/* Borrowed from the content; false when it is damaged. */
bool frame_next(struct pack_cursor *cursor, const char *texts[FRAME_TEXTS]);

/* The digest of a failure; signature may be NULL. */
int64_t frame_digest(const char *signature, const char *const texts[FRAME_TEXTS]);

#endif
