/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_FAILURE_TEXT_H
#define STEADY_HISTORY_FAILURE_TEXT_H

#include "base/buf.h"
#include "history/db.h"
#include "model/result.h"

/* What failures said: bounded, and stored once however often it is said. */

#define FAILURE_TYPE_MAX    1024
#define FAILURE_MESSAGE_MAX 4096
#define FAILURE_TEXT_MAX    16384

/*
 * Appends the text as valid UTF-8 of at most max bytes (64 or more): of a longer one the start and
 * the end, with a line in between that says how much is missing.
 */
void failure_text_cut(struct buf *out, const char *text, size_t max);

/* Finds or adds the row. */
int failure_text_store(struct db *db, const struct failure *failure, int64_t *id, struct err *err);

#endif
