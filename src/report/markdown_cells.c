/* SPDX-License-Identifier: Apache-2.0 */
#include "report/markdown_cells.h"

#include "text/escape.h"
#include "text/utf8.h"

void markdown_cell(struct buf *out, const char *text, size_t width)
{
	CLEANUP(buf_release) struct buf cut = BUF_INIT(BUF_OWN_MAX);

	utf8_cut(&cut, text, width);
	buf_char(out, ' ');
	escape_markdown(out, buf_str(&cut));
	buf_str_add(out, " |");
}

void markdown_code(struct buf *out, const char *text, size_t width)
{
	CLEANUP(buf_release) struct buf cut = BUF_INIT(BUF_OWN_MAX);

	utf8_cut(&cut, text, width);
	if (cut.len > 0) {
		escape_markdown_code(out, buf_str(&cut));
	}
}

void markdown_code_cell(struct buf *out, const char *text, size_t width)
{
	buf_char(out, ' ');
	markdown_code(out, text, width);
	buf_str_add(out, " |");
}

bool markdown_fits(struct buf *out, const struct buf *row, size_t end)
{
	if (out->len + row->len > end) {
		return false;
	}
	buf_add(out, row->data, row->len);
	return true;
}

void markdown_more(struct buf *out, size_t count)
{
	if (count > 0) {
		buf_fmt(out, "\n%zu more: `steady report --format json` lists all.\n", count);
	}
}
