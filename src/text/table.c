/* SPDX-License-Identifier: Apache-2.0 */
#include "text/table.h"

#include "text/escape.h"
#include "text/utf8.h"

#include <stdbool.h>

#define GAP 2

void table_cell(struct table *table, const char *text)
{
	CLEANUP(buf_release) struct buf shown = BUF_INIT(BUF_OWN_MAX);

	escape_terminal(&shown, text);
	strv_give(&table->cells, buf_take(&shown));
}

void table_fmt(struct table *table, const char *fmt, ...)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);
	va_list ap;

	va_start(ap, fmt);
	buf_vfmt(&text, fmt, ap);
	va_end(ap);
	table_cell(table, buf_str(&text));
}

static bool is_right(const struct table *table, size_t column)
{
	return table->heads[column][0] == '>';
}

static const char *title(const struct table *table, size_t column)
{
	return table->heads[column] + (is_right(table, column) ? 1 : 0);
}

/* Row 0 is the titles. */
static const char *cell(const struct table *table, size_t row, size_t column)
{
	size_t index = (row - 1) * table->columns + column;

	if (row == 0) {
		return title(table, column);
	}
	return index < table->cells.len ? table->cells.items[index] : "";
}

static void measure(const struct table *table, size_t rows, size_t *widths)
{
	for (size_t row = 0; row < rows; row++) {
		for (size_t column = 0; column < table->columns; column++) {
			size_t width = utf8_width(cell(table, row, column));

			widths[column] = width > widths[column] ? width : widths[column];
		}
	}
}

static void add_spaces(struct buf *out, size_t count)
{
	while (count-- > 0) {
		buf_char(out, ' ');
	}
}

/* Composes one line; spaces are added only in front of something, so that none end the line. */
static void compose(const struct table *table, size_t row, const size_t *widths, struct buf *line)
{
	size_t pending = 0;

	for (size_t column = 0; column < table->columns; column++) {
		const char *text = cell(table, row, column);
		size_t padding = widths[column] - utf8_width(text);

		pending += is_right(table, column) ? padding : 0;
		if (*text) {
			add_spaces(line, pending);
			buf_str_add(line, text);
			pending = 0;
		}
		pending += GAP + (is_right(table, column) ? 0 : padding);
	}
}

void table_show(const struct table *table, size_t indent, size_t width, struct buf *out)
{
	CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);
	AUTO_FREE size_t *widths = mem_array(table->columns, sizeof(*widths));
	size_t rows = 0;

	if (table->columns == 0) {
		return;
	}
	rows = 1 + (table->cells.len + table->columns - 1) / table->columns;
	measure(table, rows, widths);
	for (size_t row = 0; row < rows; row++) {
		buf_clear(&line);
		compose(table, row, widths, &line);
		if (width > indent) {
			add_spaces(out, indent);
			utf8_cut(out, buf_str(&line), width - indent);
		}
		buf_char(out, '\n');
	}
}

void table_release(struct table *table)
{
	strv_release(&table->cells);
}
