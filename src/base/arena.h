/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_BASE_ARENA_H
#define STEADY_BASE_ARENA_H

#include <stddef.h>

/*
 * Many strings that live and die together, at the cost of their bytes. They stay where they are until
 * the release, which frees them all. Zero-initialise; a copy of the struct takes over what it holds.
 */
struct arena {
	struct arena_block *blocks; /* the one that is being filled first */
	size_t used, size;          /* of that one */
};

/* A copy of len bytes with a NUL behind it. */
char *arena_str(struct arena *arena, const char *text, size_t len);

void arena_release(struct arena *arena);

#endif
