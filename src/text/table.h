/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_TEXT_TABLE_H
#define STEADY_TEXT_TABLE_H

#include "base/buf.h"
#include "base/strv.h"

/*
 * A plain table for terminals: columns as wide as their widest cell, two spaces between, each line
 * cut to `width`, which falls on the last column unless the others leave it no room. Cells are
 * escaped for the terminal here.
 */
struct table {
	const char *const *heads; /* `columns` titles; a '>' in front aligns right */
	size_t columns;
	struct strv cells; /* row after row; missing ones of the last row are empty */
};

void table_cell(struct table *table, const char *text);
void table_fmt(struct table *table, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The titles and the rows, each a line that starts with `indent` spaces and ends in a newline. */
void table_show(const struct table *table, size_t indent, size_t width, struct buf *out);
void table_release(struct table *table);

#endif
