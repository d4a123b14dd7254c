/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_MIN ((size_t)256)
#define BLOCK_MAX ((size_t)64 << 10)

struct arena_block {
	struct arena_block *next;
	char text[];
};

/* Each block is twice as large as the one before, up to a size of which the last one's rest is no loss. */
static void add_block(struct arena *arena, size_t least)
{
	size_t size = arena->size * 2 < BLOCK_MIN ? BLOCK_MIN : arena->size * 2;
	struct arena_block *block = NULL;

	size = size < BLOCK_MAX ? size : BLOCK_MAX;
	size = size > least ? size : least;
	block = mem_must(malloc(sizeof(*block) + size));
	block->next = arena->blocks;
	arena->blocks = block;
	arena->used = 0;
	arena->size = size;
}

char *arena_str(struct arena *arena, const char *text, size_t len)
{
	char *copy = NULL;

	if (arena->size - arena->used <= len) {
		add_block(arena, len + 1);
	}
	copy = arena->blocks->text + arena->used;
	if (len > 0) {
		memcpy(copy, text, len);
	}
	copy[len] = '\0';
	arena->used += len + 1;
	return copy;
}

void arena_release(struct arena *arena)
{
	while (arena->blocks) {
		struct arena_block *block = arena->blocks;

		arena->blocks = block->next;
		free(block);
	}
	*arena = (struct arena){0};
}
