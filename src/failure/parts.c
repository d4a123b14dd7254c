/* SPDX-License-Identifier: Apache-2.0 */
#include "failure/parts.h"

#include "base/str.h"
#include "failure/kind.h"
#include "text/ansi.h"
#include "text/utf8.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX ((size_t)256 << 10)
#define LINE_MAX ((size_t)2 << 10)
#define NONE     SIZE_MAX

/* A logged line names its severity in front. */
#define SEVERITY_WITHIN ((size_t)120)

static const char *const causes[] = {"Caused by: ", "caused by: ", "[cause]: ", "---> ", "---- "};

/* What stands in front of what is said. */
static const char *const margins[] = {"# ", "> ", "│ ", "┃ "};

static const char *const severe[] = {
	"ERROR", "FATAL", "CRITICAL", "PANIC", "SEVERE", "[error]", "[crit]", "[emerg]",
};

/* The way through one text. Parts are named by index, because the array moves. */
struct splitter {
	struct parts *out;
	bool marked;      /* pytest's: only lines that begin with "E  " count */
	bool in_error;    /* the line before was one of them */
	bool output;      /* captured, up to the end */
	bool block;       /* of source, up to an empty line */
	bool chained;     /* behind a line "Caused by:" */
	size_t code_from; /* behind a frame of Python: deeper lines are code; NONE */
	size_t removed, added, logged;
	size_t first;                   /* part of this text */
	size_t head, cause, root, link; /* link: where the exception now told begins */
};

static void clean(struct buf *out, const char *text)
{
	CLEANUP(buf_release) struct buf plain = BUF_INIT(TEXT_MAX);

	*out = (struct buf)BUF_INIT(TEXT_MAX);
	if (!str_empty(text)) {
		ansi_strip(&plain, text);
		utf8_clean(out, buf_str(&plain), plain.len);
	}
}

static struct line behind(struct line line, size_t len)
{
	return line_trim(line.at + len, line.at + line.len);
}

/* Of pytest; an empty one keeps its mark. */
static bool is_error_line(const char *start)
{
	return start[0] == 'E' && (!start[1] || isspace((unsigned char)start[1]));
}

/* The new part's index; NONE for what says nothing. */
static size_t add(struct splitter *splitter, struct line line)
{
	struct part *part = NULL;

	if (line.len == 0 || line_is_location(line)) {
		return NONE;
	}
	part = VEC_PUSH(splitter->out);
	part->place = PLACE_BODY;
	part->at = line.at;
	part->len = line.len < LINE_MAX ? line.len : LINE_MAX;
	return splitter->out->len - 1;
}

/* "shop_test.go:12: said", "t.c:3:1: said": the length of the location, 0 without one. */
static size_t location_len(struct line line)
{
	const char *blank = memchr(line.at, ' ', line.len);
	struct line word = {line.at, blank ? (size_t)(blank - line.at) : 0};

	return word.len > 1 && line_is_location(word) && word.at[word.len - 1] == ':' &&
			       memchr(word.at, '.', word.len)
		       ? word.len
		       : 0;
}

/* "thread 'name' panicked at src/a.rs:3:5:" or, of old, "… panicked at 'said', src/a.rs:3". */
static struct line without_thread(struct line line)
{
	static const char mark[] = " panicked at ";
	const char *found = line_starts(line, "thread '")
				    ? memmem(line.at, line.len, mark, sizeof(mark) - 1)
				    : NULL;

	return found ? behind(line, (size_t)(found - line.at) + sizeof(mark) - 1) : line;
}

static struct line without_margin(struct line line, bool *located)
{
	size_t len = 0;

	for (size_t i = 0; i < ARRAY_LEN(margins); i++) {
		if (line_starts(line, margins[i])) {
			line = behind(line, strlen(margins[i]));
		}
	}
	len = location_len(line);
	*located = len > 0;
	return without_thread(behind(line, len));
}

/* A cause without its mark; len 0 where the line is none. */
static struct line cause_in(struct line line)
{
	for (size_t i = 0; i < ARRAY_LEN(causes); i++) {
		if (line_starts(line, causes[i])) {
			return behind(line, strlen(causes[i]));
		}
	}
	return (struct line){0};
}

/* "Caused by:" alone, as Rust's anyhow writes it, with "0: said" below or only deeper lines. */
static struct line numbered(struct line line)
{
	size_t len = 0;

	while (len < line.len && isdigit((unsigned char)line.at[len])) {
		len++;
	}
	return len > 0 && len < line.len && line.at[len] == ':' ? behind(line, len + 1) : line;
}

/* Python tells the first exception of a chain first. The one meanwhile handled is no cause. */
static bool is_chain(struct splitter *splitter, struct line line)
{
	bool direct = line_starts(line, "The above exception was the direct cause");

	if (!direct && !line_starts(line, "During handling of the above exception")) {
		return false;
	}
	if (direct && splitter->root == NONE) {
		splitter->root = splitter->link;
	}
	splitter->link = NONE;
	splitter->head = NONE;
	return true;
}

static void say(struct splitter *splitter, struct line line, size_t indent)
{
	bool located = false, framed = splitter->code_from != NONE;
	struct line cause = cause_in(line);
	size_t at = NONE;

	if (line_starts(line, "Caused by:") && line.len == strlen("Caused by:")) {
		splitter->chained = true;
		return;
	}
	splitter->chained &= indent > 0;
	if (cause.len > 0 || splitter->chained) {
		at = add(splitter, cause.len > 0 ? cause : numbered(line));
		splitter->cause = at != NONE ? at : splitter->cause;
		return;
	}
	at = add(splitter, without_margin(line, &located));
	splitter->code_from = NONE;
	if (at != NONE && (splitter->head == NONE || located || framed)) {
		splitter->head = at;
	}
	if (at != NONE && (splitter->link == NONE || framed)) {
		splitter->link = at;
	}
}

/* pytest: the rest is source. */
static bool is_unmarked(struct splitter *splitter, struct line *line, const char *start)
{
	bool error = splitter->marked && is_error_line(start);

	if (!splitter->marked) {
		return false;
	}
	if (error && !splitter->in_error) {
		splitter->head = NONE;
		splitter->link = NONE;
	}
	splitter->in_error = error;
	splitter->output |= !error && *line->at == '-' && line_kind(*line, "") == LINE_OUTPUT;
	if (error) {
		*line = behind(*line, 1);
	}
	return !error && !line_starts(*line, "The above exception was") &&
	       !line_starts(*line, "During handling of the above");
}

static bool is_severe(struct line line)
{
	size_t len = line.len < SEVERITY_WITHIN ? line.len : SEVERITY_WITHIN;

	for (size_t i = 0; i < ARRAY_LEN(severe); i++) {
		if (memmem(line.at, len, severe[i], strlen(severe[i]))) {
			return true;
		}
	}
	return false;
}

/* Kept until something else is said: a log alone is all that is known. */
static void take_log(struct splitter *splitter, struct line line)
{
	bool alone = splitter->out->len == splitter->first + splitter->logged;

	if (alone && is_severe(line)) {
		splitter->logged += add(splitter, line) != NONE;
	}
}

static void take(struct splitter *splitter, struct line line, const char *start, const char *rest)
{
	size_t indent = (size_t)(line.at - start);
	enum line_kind kind;

	if (splitter->output || is_unmarked(splitter, &line, start) || is_chain(splitter, line)) {
		return;
	}
	kind = line_kind(line, rest);
	splitter->output |= kind == LINE_OUTPUT;
	splitter->block = kind == LINE_BLOCK || (splitter->block && kind != LINE_EMPTY);
	splitter->removed += kind == LINE_REMOVED;
	splitter->added += kind == LINE_ADDED;
	if (splitter->output || splitter->block) {
		return;
	}
	if (kind == LINE_PYTHON) {
		splitter->code_from = indent;
	} else if (kind == LINE_SAYS &&
		   !(splitter->code_from != NONE && indent > splitter->code_from)) {
		say(splitter, line, indent);
	} else if (kind == LINE_LOG) {
		take_log(splitter, line);
	}
}

/* The logged lines are the first ones. */
static void forget_log(struct splitter *splitter)
{
	struct parts *parts = splitter->out;
	size_t from = splitter->first + splitter->logged;

	memmove(parts->items + splitter->first, parts->items + from,
		(parts->len - from) * sizeof(*parts->items));
	parts->len -= splitter->logged;
}

static void settle(struct splitter *splitter, bool headless)
{
	struct part *parts = splitter->out->items;
	size_t head = splitter->head;
	size_t cause = splitter->cause != NONE ? splitter->cause : splitter->root;

	if (headless && head != NONE) {
		parts[head].place = PLACE_HEAD;
		/* a colon announces the next line */
		if (parts[head].at[parts[head].len - 1] == ':' && head + 1 < splitter->out->len) {
			parts[head + 1].place = PLACE_HEAD;
		}
	}
	if (cause != NONE) {
		parts[cause].place = PLACE_CAUSE;
	}
	if (splitter->logged > 0 && (head != NONE || cause != NONE)) {
		forget_log(splitter);
	}
	splitter->out->compares |= splitter->removed > 0 && splitter->added > 0;
}

static bool has_error_lines(const char *text)
{
	const char *found = strncmp(text, "E  ", 3) == 0 ? text : strstr(text, "\nE  ");

	return found != NULL;
}

static void split(struct parts *out, const char *text)
{
	struct splitter splitter = {
		.out = out,
		.first = out->len,
		.marked = has_error_lines(text),
		.code_from = NONE,
		.head = NONE,
		.cause = NONE,
		.root = NONE,
		.link = NONE,
	};
	const char *rest = text, *start = text;
	struct line line;

	while (line_next(&rest, &line)) {
		if (line.len > 0) {
			take(&splitter, line, start, rest);
		} else {
			splitter.block = false;
		}
		start = rest;
	}
	settle(&splitter,
	       splitter.first == 0 || out->items[splitter.first - 1].place == PLACE_TYPE);
}

void parts_split(const struct failure *failure, struct parts *out)
{
	struct splitter type = {.out = out};
	const char *end = NULL;

	clean(&out->type, failure->type);
	clean(&out->message, failure->message);
	clean(&out->text, failure->text);
	end = buf_str(&out->type) + out->type.len;
	if (add(&type, line_trim(buf_str(&out->type), end)) != NONE) {
		out->items[0].place = PLACE_TYPE;
	}
	split(out, buf_str(&out->message));
	split(out, buf_str(&out->text));
}

void parts_release(struct parts *parts)
{
	VEC_FREE(parts);
	buf_release(&parts->type);
	buf_release(&parts->message);
	buf_release(&parts->text);
}
