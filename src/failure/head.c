/* SPDX-License-Identifier: Apache-2.0 */
#include "failure/head.h"

#include "base/str.h"
#include "text/ansi.h"
#include "text/utf8.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define TEXT_MAX ((size_t)256 << 10)

/* One line inside a text, blanks at both ends left out. */
struct line {
	const char *at;
	size_t len;
};

/* Whole lines that tools write into every failure. */
static const char *const generic_lines[] = {
	"failed",
	"failure",
	"fail",
	"error",
	"test failed",
	"collection failure",
	"test setup failure",
	"test teardown failure",
	"unknown file",
};

/* How stack frames and lines of the test tool begin. */
static const char *const noise_starts[] = {
	"at ", "=== ", "--- FAIL", "FAIL\t", "exit status ",
};

static bool is_blank(char c)
{
	return isspace((unsigned char)c);
}

static struct line trim(const char *start, const char *end)
{
	while (start < end && is_blank(*start)) {
		start++;
	}
	while (end > start && is_blank(end[-1])) {
		end--;
	}
	return (struct line){start, (size_t)(end - start)};
}

/* Takes the next line off *rest; false at the end. */
static bool next_line(const char **rest, struct line *out)
{
	const char *end = strchrnul(*rest, '\n');

	if (!**rest) {
		return false;
	}
	*out = trim(*rest, end);
	*rest = *end ? end + 1 : end;
	return true;
}

static bool line_is(struct line line, const char *text)
{
	return strlen(text) == line.len && strncasecmp(line.at, text, line.len) == 0;
}

static bool line_starts(struct line line, const char *start)
{
	return line.len >= strlen(start) && strncmp(line.at, start, strlen(start)) == 0;
}

/* "shop_test.cc:15", "a/b.py:3:7:" and the like: one word that ends in a line number. */
static bool is_location(struct line line)
{
	size_t len = line.len;

	for (size_t i = 0; i < line.len; i++) {
		if (is_blank(line.at[i])) {
			return false;
		}
	}
	while (len > 0 && (line.at[len - 1] == ':' || isdigit((unsigned char)line.at[len - 1]))) {
		len--;
	}
	return len > 0 && line.at[len] == ':' && line.len > len + 1;
}

static bool has_word(struct line line)
{
	for (size_t i = 0; i < line.len; i++) {
		if (isalnum((unsigned char)line.at[i]) || (line.at[i] & 0x80)) {
			return true;
		}
	}
	return false;
}

static bool is_generic(struct line line)
{
	for (size_t i = 0; i < ARRAY_LEN(generic_lines); i++) {
		if (line_is(line, generic_lines[i])) {
			return true;
		}
	}
	return false;
}

static bool is_noise(struct line line)
{
	for (size_t i = 0; i < ARRAY_LEN(noise_starts); i++) {
		if (line_starts(line, noise_starts[i])) {
			return true;
		}
	}
	return false;
}

static bool is_telling(struct line line)
{
	return has_word(line) && !is_generic(line) && !is_location(line);
}

/* The first telling line of a message, len 0 when there is none; *rest is what follows. */
static struct line first_telling(const char *text, const char **rest)
{
	struct line line;

	while (next_line(&text, &line)) {
		if (is_telling(line)) {
			*rest = text;
			return line;
		}
	}
	return (struct line){0};
}

/* The first line of the last block of lines that begin with "E   ", pytest's mark. */
static struct line pytest_line(const char *text)
{
	struct line line, found = {0};
	bool inside = false;

	while (next_line(&text, &line)) {
		bool marked = line_starts(line, "E   ");

		if (marked && !inside) {
			found = trim(line.at + 1, line.at + line.len);
		}
		inside = marked;
	}
	return found;
}

static struct line last_cause(const char *text)
{
	struct line line, found = {0};

	while (next_line(&text, &line)) {
		if (line_starts(line, "Caused by:")) {
			found = line;
		}
	}
	return found;
}

static struct line last_telling(const char *text)
{
	struct line line, found = {0};

	while (next_line(&text, &line)) {
		if (is_telling(line) && !is_noise(line)) {
			found = line;
		}
	}
	return found;
}

static struct line last_line(const char *text)
{
	struct line line, found = {0};

	while (next_line(&text, &line)) {
		found = line.len > 0 ? line : found;
	}
	return found;
}

/* In this order; the first that finds a line decides. */
static struct line (*const finders[])(const char *text) = {
	pytest_line,
	last_cause,
	last_telling,
};

/* A line that ends with a colon announces the next one: "Expected equality of these values:". */
static bool add_message_line(const char *message, struct buf *out)
{
	const char *rest = NULL;
	struct line line = first_telling(message, &rest), next;

	if (line.len == 0) {
		return false;
	}
	buf_add(out, line.at, line.len);
	if (line.at[line.len - 1] == ':') {
		next = first_telling(rest, &rest);
		buf_str_add(out, next.len > 0 ? " " : "");
		buf_add(out, next.at, next.len);
	}
	return true;
}

static bool add_text_line(const char *text, struct buf *out)
{
	for (size_t i = 0; i < ARRAY_LEN(finders); i++) {
		struct line line = finders[i](text);

		if (line.len > 0) {
			buf_add(out, line.at, line.len);
			return true;
		}
	}
	return false;
}

static void clean(const char *text, struct buf *out)
{
	CLEANUP(buf_release) struct buf plain = BUF_INIT(TEXT_MAX);

	ansi_strip(&plain, text ? text : "");
	utf8_clean(out, buf_str(&plain), plain.len);
}

void failure_head(const struct failure *failure, struct buf *out)
{
	CLEANUP(buf_release) struct buf message = BUF_INIT(TEXT_MAX);
	CLEANUP(buf_release) struct buf text = BUF_INIT(TEXT_MAX);
	struct line left;

	clean(failure->message, &message);
	if (add_message_line(buf_str(&message), out)) {
		return;
	}
	clean(failure->text, &text);
	if (add_text_line(buf_str(&text), out)) {
		return;
	}
	left = last_line(message.len > 0 ? buf_str(&message) : buf_str(&text));
	buf_add(out, left.at, left.len);
}
