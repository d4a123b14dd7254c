/* SPDX-License-Identifier: Apache-2.0 */
#include "failure/line.h"

#include "base/mem.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

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

static bool is_blank(char c)
{
	return isspace((unsigned char)c);
}

struct line line_trim(const char *start, const char *end)
{
	while (start < end && is_blank(*start)) {
		start++;
	}
	while (end > start && is_blank(end[-1])) {
		end--;
	}
	return (struct line){start, (size_t)(end - start)};
}

bool line_next(const char **rest, struct line *out)
{
	const char *end = strchrnul(*rest, '\n');

	if (!**rest) {
		return false;
	}
	*out = line_trim(*rest, end);
	*rest = *end ? end + 1 : end;
	return true;
}

static bool line_is(struct line line, const char *text)
{
	return strlen(text) == line.len && strncasecmp(line.at, text, line.len) == 0;
}

bool line_is_location(struct line line)
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

bool line_is_telling(struct line line)
{
	return has_word(line) && !is_generic(line) && !line_is_location(line);
}
