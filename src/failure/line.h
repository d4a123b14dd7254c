/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_FAILURE_LINE_H
#define STEADY_FAILURE_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Lines of what a failure said. Inside the room. */

/* One line inside a text, blanks at both ends left out. */
struct line {
	const char *at;
	size_t len;
};

struct line line_trim(const char *start, const char *end);

/* Takes the next line off *rest; false at the end. */
bool line_next(const char **rest, struct line *out);

/* Asked of each line with many starts, nearly all of which differ in the first byte. */
static inline bool line_starts(struct line line, const char *start)
{
	return line.len > 0 && line.at[0] == start[0] && line.len >= strlen(start) &&
	       memcmp(line.at, start, strlen(start)) == 0;
}

/* "shop_test.cc:15", "a/b.py:3:7:" and the like: one word that ends in a line number. */
bool line_is_location(struct line line);

/* Says more than "failed", rules of dashes or a location. */
bool line_is_telling(struct line line);

#endif
