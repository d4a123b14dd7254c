/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_GUARD_H
#define STEADY_JUNIT_GUARD_H

#include "base/err.h"

#include <stddef.h>

/*
 * Looks at the bytes before the XML parser does and refuses start tags with very many attributes:
 * libxml2 compares each with each, which takes minutes for a tag of some megabytes. It knows just
 * enough of XML for that: text, tags, quotes, comments, CDATA and processing instructions. NUL
 * bytes are skipped, so that UTF-16 is judged by its ASCII part. Zero-initialise.
 */
#define JUNIT_ATTRIBUTES_MAX 256u

enum junit_guard_place {
	GUARD_TEXT,
	GUARD_OPENING, /* behind a "<", what follows decides */
	GUARD_TAG,
	GUARD_QUOTED, /* in a tag, up to `quote` */
	GUARD_COMMENT,
	GUARD_CDATA,
	GUARD_INSTRUCTION
};

struct junit_guard {
	enum junit_guard_place place;
	char quote;
	char recent[9];      /* the last bytes of an opening or of a possible end, NUL-terminated */
	unsigned attributes; /* of the tag it is in */
	size_t line;         /* newlines seen */
};

int junit_guard_check(struct junit_guard *guard, const char *data, size_t len, struct err *err);

#endif
