/* SPDX-License-Identifier: Apache-2.0 */
#include "report/paint.h"

#include "text/escape.h"
#include "text/utf8.h"

#include <string.h>

/* However narrow the terminal says it is, so much text stands on a line. */
#define LEAST_WIDTH 20

void paint_text(struct buf *out, const char *colour, const char *text)
{
	if (colour) {
		buf_fmt(out, "\033[%sm%s\033[0m", colour, text);
	} else {
		buf_str_add(out, text);
	}
}

void paint_escape(struct buf *out, const char *text)
{
	CLEANUP(buf_release) struct buf safe = BUF_INIT(BUF_OWN_MAX);
	const char *at = NULL, *mark = NULL;

	escape_terminal(&safe, text);
	at = buf_str(&safe);
	if (strncmp(at + strspn(at, " "), "::", 2) == 0) {
		size_t blanks = strspn(at, " ");

		buf_add(out, at, blanks);
		buf_str_add(out, "\\x3a");
		at += blanks + 1;
	}
	while ((mark = strstr(at, "##[")) != NULL) {
		buf_add(out, at, (size_t)(mark - at));
		buf_str_add(out, "\\x23");
		at = mark + 1;
	}
	buf_str_add(out, at);
}

size_t paint_width(size_t width)
{
	return width > 0 ? width : PAINT_WIDTH;
}

static size_t room(const struct paint *paint, size_t indent)
{
	size_t width = paint_width(paint->width);

	return width > indent + LEAST_WIDTH ? width - indent : LEAST_WIDTH;
}

static void add_spaces(struct buf *out, size_t count)
{
	while (count-- > 0) {
		buf_char(out, ' ');
	}
}

void paint_line(struct buf *out, const struct paint *paint, const char *text)
{
	CLEANUP(buf_release) struct buf safe = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf cut = BUF_INIT(BUF_OWN_MAX);

	paint_escape(&safe, text);
	utf8_cut(&cut, buf_str(&safe), room(paint, paint->indent));
	add_spaces(out, paint->indent);
	paint_text(out, paint->colour, buf_str(&cut));
	buf_char(out, '\n');
}

void paint_wrapped(struct buf *out, const struct paint *paint, const char *text)
{
	struct paint rest = *paint;
	CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);

	for (const char *at = text; *at; at += strspn(at, " ")) {
		size_t len = strcspn(at, " ");
		AUTO_FREE char *word = mem_strn(at, len);

		if (line.len > 0 &&
		    utf8_width(buf_str(&line)) + 1 + utf8_width(word) > room(&rest, rest.indent)) {
			paint_line(out, &rest, buf_str(&line));
			buf_clear(&line);
			rest.indent = paint->indent + 2;
		}
		buf_fmt(&line, "%s%s", line.len > 0 ? " " : "", word);
		at += len;
	}
	paint_line(out, &rest, buf_str(&line));
}
