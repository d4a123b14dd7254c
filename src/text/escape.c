/* SPDX-License-Identifier: Apache-2.0 */
#include "text/escape.h"

#include "text/utf8.h"

#include <string.h>
#include <strings.h>

#define ZERO_WIDTH_SPACE "\xE2\x80\x8B"

/* Takes the next code point off *text, which ends at its NUL. */
static uint32_t next(const char **text, size_t *len)
{
	size_t used = 0;
	uint32_t point = utf8_decode(*text, *len, &used);

	*text += used;
	*len -= used;
	return point;
}

/* An unsafe code point in letters: "\n", "\x1b", "\u{202e}". */
static void spell(struct buf *out, uint32_t point)
{
	static const char names[] = "\t\n\r", letters[] = "tnr";
	const char *name = point > 0 && point < 0x20 ? strchr(names, (int)point) : NULL;

	if (name) {
		buf_fmt(out, "\\%c", letters[name - names]);
	} else if (point < 0x80) {
		buf_fmt(out, "\\x%02x", point);
	} else {
		buf_fmt(out, "\\u{%x}", point);
	}
}

void escape_terminal(struct buf *out, const char *text)
{
	size_t len = strlen(text);

	while (len > 0) {
		uint32_t point = next(&text, &len);

		if (utf8_is_unsafe(point)) {
			spell(out, point);
		} else {
			utf8_put(out, point);
		}
	}
}

/* One line of safe characters: white space becomes spaces, the rest of the unsafe is spelled. */
static void flatten(struct buf *out, const char *text)
{
	size_t len = strlen(text);

	while (len > 0) {
		uint32_t point = next(&text, &len);

		if ((point >= '\t' && point <= '\r') || point == 0x2028 || point == 0x2029) {
			buf_char(out, ' ');
		} else if (utf8_is_unsafe(point)) {
			spell(out, point);
		} else {
			utf8_put(out, point);
		}
	}
}

void escape_html(struct buf *out, const char *text)
{
	static const struct {
		char from;
		const char *to;
	} table[] = {
		{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"},
	};
	CLEANUP(buf_release) struct buf flat = BUF_INIT(BUF_OWN_MAX);

	flatten(&flat, text);
	for (const char *at = buf_str(&flat); *at; at++) {
		const char *to = NULL;

		for (size_t i = 0; i < ARRAY_LEN(table); i++) {
			to = table[i].from == *at ? table[i].to : to;
		}
		if (to) {
			buf_str_add(out, to);
		} else {
			buf_char(out, *at);
		}
	}
}

/* How one byte is written where Markdown could read it as markup; NULL for itself. The backslash
 * and the pipe are entities because table rows are split before backslashes are looked at. */
static const char *markdown_char(char c)
{
	static const struct {
		char from;
		const char *to;
	} table[] = {
		{'&', "&amp;"},
		{'<', "&lt;"},
		{'>', "&gt;"},
		{'|', "&#124;"},
		{'\\', "&#92;"},
		{'`', "\\`"},
		{'*', "\\*"},
		{'_', "\\_"},
		{'~', "\\~"},
		{'[', "\\["},
		{']', "\\]"},
		{'$', "\\$"},
		{'@', "@" ZERO_WIDTH_SPACE},
		{'#', "\\#" ZERO_WIDTH_SPACE},
	};

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		if (table[i].from == c) {
			return table[i].to;
		}
	}
	return NULL;
}

/* What makes a list, a rule or an underlined heading at the start of a line: "- ", "+ ", "=",
 * "12. ", "3) ". The index of the character to escape, or -1. */
static int block_mark(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	if (digits == 0) {
		return *text && strchr("-+=", *text) ? 0 : -1;
	}
	/* Longer numbers start no list. */
	return digits <= 9 && (text[digits] == '.' || text[digits] == ')') ? (int)digits : -1;
}

static bool is_word_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/*
 * Breaks the start of what GitHub makes a link of by itself: behind ":" of "://", and at the start
 * of a word behind "www" of "www." and behind "GH-" of an issue. Returns the bytes consumed, or 0.
 */
static size_t break_link(struct buf *out, const char *text, bool in_word)
{
	size_t used = 0;

	if (strncmp(text, "://", 3) == 0) {
		used = 1;
	} else if (!in_word &&
		   (strncasecmp(text, "www.", 4) == 0 || strncmp(text, "GH-", 3) == 0)) {
		used = 3;
	}
	if (used > 0) {
		buf_add(out, text, used);
		buf_str_add(out, ZERO_WIDTH_SPACE);
	}
	return used;
}

/* Escapes one flat line. */
static void markdown_line(struct buf *out, const char *line)
{
	const char *mark = NULL;
	bool in_word = false;
	int index = 0;

	line += strspn(line, " ");
	index = block_mark(line);
	mark = index < 0 ? NULL : line + index;
	while (*line) {
		const char *escaped = markdown_char(*line);
		size_t used = escaped || line == mark ? 0 : break_link(out, line, in_word);

		in_word = is_word_char(*line);
		if (used > 0) {
			line += used;
			continue;
		}
		if (line == mark) {
			buf_char(out, '\\');
		}
		if (escaped) {
			buf_str_add(out, escaped);
		} else if (*line != ' ' || line[1] != ' ') {
			buf_char(out, *line);
		}
		line++;
	}
}

void escape_markdown(struct buf *out, const char *text)
{
	CLEANUP(buf_release) struct buf flat = BUF_INIT(BUF_OWN_MAX);

	flatten(&flat, text);
	markdown_line(out, buf_str(&flat));
}

/* A fence of one backtick more than the longest row of them in the text. */
static size_t fence_len(const char *text)
{
	size_t longest = 0;

	while (*text) {
		size_t run = strspn(text, "`");

		longest = run > longest ? run : longest;
		text += run;
		text += strcspn(text, "`");
	}
	return longest + 1;
}

static void add_fence(struct buf *out, size_t len)
{
	while (len-- > 0) {
		buf_char(out, '`');
	}
}

void escape_markdown_code(struct buf *out, const char *text)
{
	CLEANUP(buf_release) struct buf flat = BUF_INIT(BUF_OWN_MAX);
	const char *line = NULL;
	size_t fence = 0;
	bool pad = false;

	flatten(&flat, text);
	line = buf_str(&flat);
	if (strchr(line, '|')) {
		buf_str_add(out, "<code>");
		markdown_line(out, line);
		buf_str_add(out, "</code>");
		return;
	}
	fence = fence_len(line);
	/* One space at both ends is taken away again; an empty span would be no span. */
	pad = flat.len == 0 || strchr("` ", line[0]) || strchr("` ", line[flat.len - 1]);
	add_fence(out, fence);
	buf_str_add(out, pad ? " " : "");
	buf_str_add(out, line);
	buf_str_add(out, pad ? " " : "");
	add_fence(out, fence);
}

static bool is_plain_word(const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_@%+:,./-=";

	/* "A=b" in front of a command would be an assignment; an option or a path is none. */
	return *text && text[strspn(text, plain)] == '\0' &&
	       (*text == '-' || *text == '/' || !strchr(text, '='));
}

/* Whether the text can stand between single quotes and be shown as it is. */
static bool is_showable(const char *text, size_t len)
{
	size_t used = 0;

	for (size_t pos = 0; pos < len; pos += used) {
		uint32_t point = utf8_decode(text + pos, len - pos, &used);

		if (utf8_is_unsafe(point) || (point == 0xFFFD && used == 1)) {
			return false;
		}
	}
	return true;
}

static void single_quoted(struct buf *out, const char *text)
{
	buf_char(out, '\'');
	for (; *text; text++) {
		if (*text == '\'') {
			buf_str_add(out, "'\\''");
		} else {
			buf_char(out, *text);
		}
	}
	buf_char(out, '\'');
}

static void add_octal(struct buf *out, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		buf_fmt(out, "\\%03o", (unsigned)(unsigned char)bytes[i]);
	}
}

static void dollar_quoted(struct buf *out, const char *text, size_t len)
{
	size_t used = 0;

	buf_str_add(out, "$'");
	for (; len > 0; text += used, len -= used) {
		uint32_t point = utf8_decode(text, len, &used);

		if (point == '\'' || point == '\\') {
			buf_fmt(out, "\\%c", (char)point);
		} else if (point == '\n' || point == '\t' || point == '\r') {
			spell(out, point);
		} else if (is_showable(text, used)) {
			buf_add(out, text, used);
		} else {
			add_octal(out, text, used);
		}
	}
	buf_char(out, '\'');
}

void escape_shell(struct buf *out, const char *text)
{
	size_t len = strlen(text);

	if (is_plain_word(text)) {
		buf_add(out, text, len);
	} else if (is_showable(text, len)) {
		single_quoted(out, text);
	} else {
		dollar_quoted(out, text, len);
	}
}

void escape_command(struct buf *out, const struct strv *argv)
{
	VEC_EACH (char *, word, argv) {
		buf_str_add(out, word == argv->items ? "" : " ");
		escape_shell(out, *word);
	}
}
