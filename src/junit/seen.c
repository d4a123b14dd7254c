/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/seen.h"

#include <stdbool.h>
#include <stdlib.h>
#include <sys/random.h>

#define CAP_MIN 64

/* Factors that are odd and not known to who wrote the file. */
static void draw(struct junit_seen *seen)
{
	if (getrandom(seen->chance, sizeof(seen->chance), GRND_NONBLOCK) !=
	    (ssize_t)sizeof(seen->chance)) {
		seen->chance[0] = (uintptr_t)seen;
	}
	seen->chance[0] |= 1;
	seen->chance[1] |= 1;
}

static bool is_same(struct hash_value a, struct hash_value b)
{
	return a.low == b.low && a.high == b.high;
}

/* Where the identity is, or belongs. */
static uint32_t *slot_of(const struct junit_seen *seen, struct hash_value id)
{
	uint64_t mixed = id.low * seen->chance[0] + id.high * seen->chance[1];
	size_t i = (size_t)(mixed >> 32) & (seen->cap - 1);

	while (seen->slots[i] && !is_same(seen->names.items[seen->slots[i] - 1].id, id)) {
		i = (i + 1) & (seen->cap - 1);
	}
	return &seen->slots[i];
}

/* At most half of the slots are in use. */
static void grow(struct junit_seen *seen)
{
	uint32_t *old = seen->slots;
	size_t old_cap = seen->cap;

	if (!old) {
		draw(seen);
	}
	seen->cap = old_cap ? old_cap * 2 : CAP_MIN;
	seen->slots = mem_array(seen->cap, sizeof(*seen->slots));
	for (size_t i = 0; i < old_cap; i++) {
		if (old[i]) {
			*slot_of(seen, seen->names.items[old[i] - 1].id) = old[i];
		}
	}
	free(old);
}

size_t junit_seen_find(struct junit_seen *seen, struct hash_value id)
{
	uint32_t *slot = NULL;

	if (seen->names.len >= UINT32_MAX) {
		abort(); /* before that memory has run out */
	}
	if (seen->names.len * 2 >= seen->cap) {
		grow(seen);
	}
	slot = slot_of(seen, id);
	if (!*slot) {
		VEC_PUSH(&seen->names)->id = id;
		*slot = (uint32_t)seen->names.len;
	}
	return *slot - 1;
}

size_t junit_seen_add(struct junit_seen *seen)
{
	(void)VEC_PUSH(&seen->names);
	return seen->names.len - 1;
}

void junit_seen_release(struct junit_seen *seen)
{
	VEC_FREE(&seen->names);
	free(seen->slots);
	*seen = (struct junit_seen){.cap = 0};
}
