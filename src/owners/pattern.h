/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_OWNERS_PATTERN_H
#define STEADY_OWNERS_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A pattern of a CODEOWNERS file. It is gitignore's but for a few things: there is no "!" and no "[a-z]", and a
 * last "/" + "*" takes what lies directly in the folder, not what lies deeper. Inside the room.
 */
struct owners_pattern {
	const char *text; /* borrowed: without a slash at either end */
	size_t least; /* a path that matches has so many bytes at least; who asks often looks at that first */
	bool anywhere; /* in any folder, not from the root on */
	bool below;    /* what lies below a match matches as well */
	bool inside;   /* only what lies below does */
};

/* Makes one of the text, which it changes and the pattern borrows. False for what is none: nothing but a
 * slash, "***", "!" in front, a bracket. */
bool owners_pattern_make(char *text, struct owners_pattern *out);

/* Takes what it compares off *steps, and says no when there are none left; so nobody has to wait for a
 * hostile pattern. Without that it takes time in the order of both lengths for patterns as people write them. */
bool owners_pattern_matches(const struct owners_pattern *pattern, const char *path, size_t *steps);

#endif
