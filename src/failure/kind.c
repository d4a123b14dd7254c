/* SPDX-License-Identifier: Apache-2.0 */
#include "failure/kind.h"

#include "base/mem.h"

#include <ctype.h>
#include <string.h>

#define DIGITS "0123456789"

/* How lines begin that are always of one kind. */
static const struct {
	const char *start;
	enum line_kind kind;
} starts[] = {
	{"at ", LINE_FRAME},
	{"... ", LINE_FRAME},
	{"goroutine ", LINE_FRAME},
	{"created by ", LINE_FRAME},
	{"Traceback (most recent call last)", LINE_FRAME},
	{"stacktrace:", LINE_FRAME},
	{"File \"", LINE_PYTHON},
	{"Failure/Error:", LINE_BLOCK},
	{"code: assert ", LINE_CODE},
	{"code:  assert ", LINE_CODE},
	{"`", LINE_CODE},       /* bats: "`[ … ]' failed" */
	{"error[E", LINE_CODE}, /* rustc */
	{"-->", LINE_CODE},     /* ".NET" writes "--->" */
	{"=== ", LINE_NAME},
	{"--- FAIL", LINE_NAME},
	{"--- PASS", LINE_NAME},
	{"--- SKIP", LINE_NAME},
	{"FAIL: ", LINE_NAME},
	{"FAIL ", LINE_NAME},
	{"FAIL\t", LINE_NAME},
	{"FAILED ", LINE_NAME},
	{"ERROR: test", LINE_NAME},
	{"PASS", LINE_NAME},
	{"not ok ", LINE_NAME},
	{"ok ", LINE_NAME},
	{"# (in test ", LINE_NAME},
	{"# Subtest: ", LINE_NAME},
	{"Test: ", LINE_NAME},
	{"Test:\t", LINE_NAME},
	{"Scenario: ", LINE_NAME},
	{"[ RUN ", LINE_NAME},
	{"[  FAILED  ]", LINE_NAME},
	{"[       OK ]", LINE_NAME},
	{"● ", LINE_NAME},
	{"✓ ", LINE_NAME},
	{"✔ ", LINE_NAME},
	{"✕ ", LINE_NAME},
	{"✖ ", LINE_NAME},
	{"✗ ", LINE_NAME},
	{"× ", LINE_NAME},
	{"❯ ", LINE_NAME},
	{"- ", LINE_REMOVED},
	{"-\"", LINE_REMOVED},
	{"-'", LINE_REMOVED},
	{"--- expected", LINE_REMOVED},
	{"--- Expected", LINE_REMOVED},
	{"+ ", LINE_ADDED},
	{"+\"", LINE_ADDED},
	{"+'", LINE_ADDED},
	{"+++ ", LINE_ADDED},
	{"TRACE ", LINE_LOG},
	{"DEBUG ", LINE_LOG},
	{"INFO ", LINE_LOG},
	{"INFO: ", LINE_LOG},
	{"WARN ", LINE_LOG},
	{"WARN: ", LINE_LOG},
	{"[TRACE]", LINE_LOG},
	{"[DEBUG]", LINE_LOG},
	{"[INFO]", LINE_LOG},
	{"[WARN]", LINE_LOG},
	{"[WARNING]", LINE_LOG},
	{"Stdout:", LINE_OUTPUT},
	{"Stderr:", LINE_OUTPUT},
	{"Standard Output", LINE_OUTPUT},
	{"Standard Error", LINE_OUTPUT},
	{"Captured ", LINE_OUTPUT},
};

/* Compilers speak of the words in the source: "a.c:1:20: error: …", "a.ts(1,40): error TS2339: …". */
static const struct {
	const char *behind, *mark;
} compiler_marks[] = {
	{DIGITS, ": error: "},       {DIGITS, ": warning: "}, {DIGITS, ": note: "},
	{DIGITS, ": fatal error: "}, {")", ": error TS"},     {")", ": error CS"},
};

static bool has(struct line line, const char *what)
{
	return memmem(line.at, line.len, what, strlen(what)) != NULL;
}

static size_t digits(struct line line, size_t from)
{
	size_t to = from;

	while (to < line.len && isdigit((unsigned char)line.at[to])) {
		to++;
	}
	return to - from;
}

static bool is_word(struct line line)
{
	return !memchr(line.at, ' ', line.len) && !memchr(line.at, '\t', line.len);
}

/* "-----  Captured stdout call -----": what stands between dashes. */
static struct line unframed(struct line line)
{
	const char *start = line.at, *end = line.at + line.len;

	while (start < end && (*start == '-' || *start == '=' || *start == '_')) {
		start++;
	}
	return start - line.at >= 3 ? line_trim(start, end) : line;
}

/* "12 | code", "> 12 | code", "| ^": how test tools and compilers quote source. */
static bool is_quoted_code(struct line line)
{
	size_t at = line.at[0] == '>' ? 1 : 0;

	while (at < line.len && (line.at[at] == ' ' || isdigit((unsigned char)line.at[at]))) {
		at++;
	}
	return line.len > at &&
	       (line.at[at] == '|' || (line.len - at >= 3 && memcmp(line.at + at, "│", 3) == 0));
}

/* Nothing but blanks and what points at the line above. */
static bool points_up(const char *rest)
{
	size_t blanks = strspn(rest, " \t"), marks = strspn(rest + blanks, "^~");

	return marks > 0 && strchr("^~", rest[blanks]) &&
	       (rest[blanks + marks] == '\n' || !rest[blanks + marks]);
}

static bool is_compiler_line(struct line line)
{
	const char *end = line.at + line.len;

	for (const char *at = line.at + 1; at < end; at++) {
		struct line rest;

		at = memchr(at, ':', (size_t)(end - at));
		if (!at) {
			return false;
		}
		rest = (struct line){at, (size_t)(end - at)};
		for (size_t i = 0; i < ARRAY_LEN(compiler_marks); i++) {
			if (strchr(compiler_marks[i].behind, at[-1]) &&
			    line_starts(rest, compiler_marks[i].mark)) {
				return true;
			}
		}
	}
	return false;
}

/* "#4 0x…", "#2 /srv/a.php(12): f()", "(ecto 3.1) lib/ecto.ex:12: …", "from a.rb:3:in 'f'". */
static bool is_frame(struct line line)
{
	size_t number = line.at[0] == '#' ? digits(line, 1) : 0;

	return (number > 0 && 1 + number < line.len && line.at[1 + number] == ' ') ||
	       (line_starts(line, "from ") && has(line, ":in ")) ||
	       (line.at[0] == '(' && has(line, ".ex") && has(line, ") "));
}

/* "3) title" of mocha, RSpec, PHPUnit; "a/b.py::test_x", "T#test_x:", "test x ... FAILED". */
static bool is_name(struct line line)
{
	size_t number = digits(line, 0);

	return (number > 0 && number + 1 < line.len && line.at[number] == ')' &&
		line.at[number + 1] == ' ') ||
	       (is_word(line) && (has(line, "::test") || has(line, ".py::"))) ||
	       (line.at[line.len - 1] == ':' && has(line, "#test")) ||
	       (line_starts(line, "test ") && has(line, " ... "));
}

/* "2026-11-24 08:00:00", "2026/11/24T08:00", "[2026-11-24 …", "08:00:00.123". */
static bool is_timed(struct line line)
{
	size_t at = line.at[0] == '[' ? 1 : 0;
	size_t first = digits(line, at);
	size_t second = digits(line, at + first + 1);

	if (at + first + 1 >= line.len) {
		return false;
	}
	return (first == 4 && second == 2 && strchr("-/", line.at[at + first])) ||
	       (first == 2 && second == 2 && line.at[at + first] == ':' &&
		digits(line, at + 6) == 2);
}

enum line_kind line_kind(struct line line, const char *rest)
{
	struct line bare = unframed(line);

	if (bare.len == 0 || line.len == 0) {
		return LINE_EMPTY;
	}
	for (size_t i = 0; i < ARRAY_LEN(starts); i++) {
		if (line_starts(starts[i].kind == LINE_OUTPUT ? bare : line, starts[i].start)) {
			return starts[i].kind;
		}
	}
	if (is_quoted_code(line) || points_up(line.at) || points_up(rest) ||
	    is_compiler_line(line)) {
		return LINE_CODE;
	}
	if (is_frame(line)) {
		return LINE_FRAME;
	}
	return is_name(line) ? LINE_NAME : is_timed(line) ? LINE_LOG : LINE_SAYS;
}
