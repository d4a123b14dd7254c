/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_SEEN_H
#define STEADY_HISTORY_SEEN_H

#include "history/pack.h"
#include "model/evidence.h"

/*
 * Tests of a run that did more than pass, as the rollups keep them (schema_5.sql). Each is written as
 * what is different from the one before it; the first follows one of zeros. Pure.
 */
struct seen {
	int64_t test_id;
	int64_t failure_id, signature_id; /* 0 none */
	struct observation what;          /* without run, test and signature */
};

/* `seen` comes behind `before` in the order of test ids. */
void seen_write(struct buf *out, const struct seen *seen, const struct seen *before);

/* From the one before to the next; false when the bytes are damaged. */
bool seen_read(struct pack_cursor *cursor, struct seen *seen);

/* The same in two steps: which test it is, and what it did, which goes to another place than seen->what. */
bool seen_read_test(struct pack_cursor *cursor, struct seen *seen);
bool seen_read_what(struct pack_cursor *cursor, struct seen *seen, struct observation *out);

#endif
