/* SPDX-License-Identifier: Apache-2.0 */
#include "failure/head.h"

#include "base/str.h"
#include "failure/line.h"
#include "text/ansi.h"
#include "text/utf8.h"

#include <stdlib.h>
#include <string.h>

#define TEXT_MAX ((size_t)256 << 10)

/* How stack frames and lines of the test tool begin. */
static const char *const noise_starts[] = {
	"at ", "=== ", "--- FAIL", "FAIL\t", "exit status ",
};

static bool is_noise(struct line line)
{
	for (size_t i = 0; i < ARRAY_LEN(noise_starts); i++) {
		if (line_starts(line, noise_starts[i])) {
			return true;
		}
	}
	return false;
}

/* The first telling line of a message, len 0 when there is none; *rest is what follows. */
static struct line first_telling(const char *text, const char **rest)
{
	struct line line;

	while (line_next(&text, &line)) {
		if (line_is_telling(line)) {
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

	while (line_next(&text, &line)) {
		bool marked = line_starts(line, "E   ");

		if (marked && !inside) {
			found = line_trim(line.at + 1, line.at + line.len);
		}
		inside = marked;
	}
	return found;
}

static struct line last_cause(const char *text)
{
	struct line line, found = {0};

	while (line_next(&text, &line)) {
		if (line_starts(line, "Caused by:")) {
			found = line;
		}
	}
	return found;
}

static struct line last_telling(const char *text)
{
	struct line line, found = {0};

	while (line_next(&text, &line)) {
		if (line_is_telling(line) && !is_noise(line)) {
			found = line;
		}
	}
	return found;
}

static struct line last_line(const char *text)
{
	struct line line, found = {0};

	while (line_next(&text, &line)) {
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
