/* SPDX-License-Identifier: Apache-2.0 */
#include "history/seen_reader.h"

#include <inttypes.h>

struct seen_reader seen_reader_open(const struct stmt *row, int column)
{
	size_t len = 0;
	const unsigned char *bytes = stmt_col_blob(row, column, &len);

	return (struct seen_reader){.row = row, .cursor = {.at = bytes, .end = bytes + len}};
}

int seen_reader_next(struct seen_reader *reader, struct err *err)
{
	if (reader->cursor.at == reader->cursor.end) {
		return 1;
	}
	if (!seen_read(&reader->cursor, &reader->seen)) {
		return db_damaged(reader->row->db, err, "the rollup of run %" PRId64,
				  stmt_col_int(reader->row, 0));
	}
	return 0;
}
