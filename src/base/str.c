/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"

#include "base/mem.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool str_eq(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

bool str_empty(const char *text)
{
	return !text || !*text;
}

const char *str_or(const char *text, const char *fallback)
{
	return str_empty(text) ? fallback : text;
}

bool str_starts(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool str_ends(const char *text, const char *suffix)
{
	size_t len = strlen(text), tail = strlen(suffix);

	return len >= tail && strcmp(text + len - tail, suffix) == 0;
}

bool str_to_int64(const char *text, int64_t min, int64_t max, int64_t *out)
{
	char *end = NULL;
	long long value = 0;

	if (!isdigit((unsigned char)text[0]) && text[0] != '-') {
		return false;
	}
	errno = 0;
	value = strtoll(text, &end, 10);
	if (errno || *end || end == text || value < min || value > max) {
		return false;
	}
	*out = value;
	return true;
}

static unsigned least(unsigned a, unsigned b, unsigned c)
{
	unsigned ab = a < b ? a : b;

	return ab < c ? ab : c;
}

unsigned str_distance(const char *a, const char *b)
{
	size_t width = strlen(b);
	AUTO_FREE unsigned *row = mem_array(width + 1, sizeof(*row));

	for (size_t j = 0; j <= width; j++) {
		row[j] = (unsigned)j;
	}
	for (size_t i = 1; a[i - 1]; i++) {
		unsigned diagonal = row[0];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= width; j++) {
			unsigned above = row[j];

			row[j] = least(row[j - 1] + 1, above + 1,
				       diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
			diagonal = above;
		}
	}
	return row[width];
}

bool str_similar(const char *a, const char *b)
{
	return str_distance(a, b) <= (strlen(a) + 2) / 3;
}

void str_guess_try(struct str_guess *guess, const char *text, const char *name)
{
	unsigned distance = str_distance(text, name);

	if ((!guess->meant || distance < guess->distance) && str_similar(text, name)) {
		*guess = (struct str_guess){name, distance};
	}
}
