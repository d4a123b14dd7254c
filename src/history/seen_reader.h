/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_SEEN_READER_H
#define STEADY_HISTORY_SEEN_READER_H

#include "history/db.h"
#include "history/seen.h"

/*
 * What the rollup of a run says of its tests, one after the other:
 *
 *	struct seen_reader reader = seen_reader_open(row, 1);
 *	while ((more = seen_reader_next(&reader, err)) == 0)
 *		… reader.seen …
 *	return more < 0 ? -1 : 0;
 *
 * Borrows from the row, whose first column is the id of the run.
 */
struct seen_reader {
	const struct stmt *row;
	struct pack_cursor cursor;
	struct seen seen;
};

struct seen_reader seen_reader_open(const struct stmt *row, int column);

/* 0 the next one, 1 no more, -1: ERR_HISTORY, damaged. */
int seen_reader_next(struct seen_reader *reader, struct err *err);

#endif
