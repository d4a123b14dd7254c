/* SPDX-License-Identifier: Apache-2.0 */
#include "quarantine/edit.h"

#include "quarantine/ledger.h"
#include "quarantine/row_text.h"

#include <string.h>

static int refuse(const struct edit_text *ledger, unsigned line, struct err *err)
{
	return err_set(err, ERR_INPUT,
		       "%s: line %u: written in a way that steady does not edit: edit it by hand",
		       ledger->path, line);
}

/* How far in the row's dash stands, which has to begin its line; false: it does not. */
static bool find_dash(const struct edit_text *ledger, const struct quarantine_row *row,
		      size_t *line_start, size_t *indent)
{
	static const char bom[] = "\xEF\xBB\xBF";
	size_t start = row->start, at = 0;

	while (start > 0 && ledger->text[start - 1] != '\n') {
		start--;
	}
	if (start == 0 && ledger->len >= 3 && memcmp(ledger->text, bom, 3) == 0) {
		start = 3;
	}
	at = start + strspn(ledger->text + start, " ");
	*line_start = start;
	*indent = at - start;
	return at < row->start && ledger->text[at] == '-' &&
	       at + 1 + strspn(ledger->text + at + 1, " \t") == row->start;
}

static const char *line_end_of(const struct edit_text *ledger)
{
	const char *line = memchr(ledger->text, '\n', ledger->len);

	return line && line > ledger->text && line[-1] == '\r' ? "\r\n" : "\n";
}

/* The rows of what came out have to be those of before, but for the one at `nth`: there `added` has come, or
 * with NULL one has gone. */
static int check(const struct edit_text *ledger, const struct quarantine_list *before, size_t nth,
		 const struct quarantine_row *added, const struct buf *out)
{
	CLEANUP(quarantine_list_release) struct quarantine_list after = {0};
	struct err ignored = ERR_INIT;
	bool same = ledger_parse(ledger->path, buf_str(out), out->len, &after, &ignored) == 0 &&
		    !out->cut && after.len == before->len + (added ? 1 : 0) - (added ? 0 : 1);

	for (size_t i = 0; same && i < after.len; i++) {
		const struct quarantine_row *want =
			added && i == nth ? added
					  : &before->items[i + (!added && i >= nth ? 1 : 0)];

		same = quarantine_row_eq(&after.items[i], want);
	}
	return same ? 0 : -1;
}

int edit_add(const struct edit_text *ledger, const struct quarantine_row *row, struct buf *out,
	     struct err *err)
{
	CLEANUP(quarantine_list_release) struct quarantine_list rows = {0};
	CLEANUP(buf_release) struct buf made = BUF_INIT(LEDGER_MAX);
	const char *eol = line_end_of(ledger);
	size_t start = 0, indent = 0;

	if (ledger_parse(ledger->path, ledger->text, ledger->len, &rows, err) < 0) {
		return -1;
	}
	if (rows.len > 0 && !find_dash(ledger, &rows.items[rows.len - 1], &start, &indent)) {
		return refuse(ledger, rows.items[rows.len - 1].line, err);
	}
	buf_add(&made, ledger->text, ledger->len);
	if (ledger->len > 0 && ledger->text[ledger->len - 1] != '\n') {
		buf_str_add(&made, eol);
	}
	row_text(row, indent, eol, &made);
	if (check(ledger, &rows, rows.len, row, &made) < 0) {
		return refuse(ledger, rows.len > 0 ? rows.items[rows.len - 1].line : 1, err);
	}
	buf_add(out, buf_str(&made), made.len);
	return 0;
}

/* Behind the end of the line in which the row ends. */
static size_t behind(const struct edit_text *ledger, const struct quarantine_row *row)
{
	const char *line = NULL;

	if (row->end > row->start && ledger->text[row->end - 1] == '\n') {
		return row->end;
	}
	line = memchr(ledger->text + row->end, '\n', ledger->len - row->end);
	return line ? (size_t)(line - ledger->text) + 1 : ledger->len;
}

int edit_remove(const struct edit_text *ledger, size_t nth, struct buf *out, struct err *err)
{
	CLEANUP(quarantine_list_release) struct quarantine_list rows = {0};
	CLEANUP(buf_release) struct buf made = BUF_INIT(LEDGER_MAX);
	size_t start = 0, end = 0, indent = 0;

	if (ledger_parse(ledger->path, ledger->text, ledger->len, &rows, err) < 0) {
		return -1;
	}
	if (nth >= rows.len) {
		return err_set(err, ERR_INTERNAL, "%s: no row %zu", ledger->path, nth);
	}
	if (!find_dash(ledger, &rows.items[nth], &start, &indent)) {
		return refuse(ledger, rows.items[nth].line, err);
	}
	end = behind(ledger, &rows.items[nth]);
	buf_add(&made, ledger->text, start);
	buf_add(&made, ledger->text + end, ledger->len - end);
	if (check(ledger, &rows, nth, NULL, &made) < 0) {
		return refuse(ledger, rows.items[nth].line, err);
	}
	buf_add(out, buf_str(&made), made.len);
	return 0;
}
