/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/cdata.h"

#include "junit/limits.h"
#include "junit/tag.h"

#include <stdbool.h>
#include <string.h>

/* How far the text behind a "]]>" is looked at. */
#define AHEAD (16 * JUNIT_KILOBYTE)

const char *junit_find(const char *text, size_t len, const char *what)
{
	const char *end = text + len;
	size_t width = strlen(what);

	for (; (text = memchr(text, *what, (size_t)(end - text))) != NULL; text++) {
		if ((size_t)(end - text) < width) {
			return NULL;
		}
		if (memcmp(text, what, width) == 0) {
			return text;
		}
	}
	return NULL;
}

/* Whether a tag of a report, or another CDATA section, begins at a "<". */
static bool is_structure(const char *text, size_t len)
{
	return junit_tag_is_structural(text, len) || (len >= 3 && memcmp(text, "<![", 3) == 0);
}

/* Whether one begins in text. */
static bool has_structure(const char *text, size_t len)
{
	const char *end = text + len;

	for (; (text = memchr(text, '<', (size_t)(end - text))) != NULL; text++) {
		if (is_structure(text, (size_t)(end - text))) {
			return true;
		}
	}
	return false;
}

int junit_cdata_is_inner(const char *text, size_t len, bool last)
{
	size_t near = len < AHEAD ? len : AHEAD;
	size_t blank = 0;
	const char *next = NULL;

	while (blank < near && strchr(" \t\r\n", text[blank]) && text[blank]) {
		blank++;
	}
	if (blank < near && text[blank] == '<' && is_structure(text + blank, near - blank)) {
		return 0;
	}
	next = junit_find(text, near, "]]>");
	if (!next) {
		return near == AHEAD || last || has_structure(text, near) ? 0 : -1;
	}
	return !has_structure(text, (size_t)(next - text));
}
