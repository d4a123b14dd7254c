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

static uint32_t place_of(const struct junit_seen *seen, struct hash_value id)
{
	return (uint32_t)((id.low * seen->chance[0] + id.high * seen->chance[1]) >> 32);
}

/* Whether the slot is free, or the identity's own. Names are looked at only where they are likely the
 * same: they lie far apart. */
static bool ends_search(const struct junit_seen *seen, const struct junit_seen_slot *slot,
			uint32_t place, struct hash_value id)
{
	return !slot->index ||
	       (slot->place == place && is_same(seen->names.items[slot->index - 1].id, id));
}

static void put_back(struct junit_seen *seen, struct junit_seen_slot slot)
{
	size_t at = slot.place & (seen->cap - 1);

	while (seen->slots[at].index) {
		at = (at + 1) & (seen->cap - 1);
	}
	seen->slots[at] = slot;
}

static void resize(struct junit_seen *seen, size_t cap)
{
	struct junit_seen_slot *old = seen->slots;
	size_t old_cap = seen->cap;

	if (!old) {
		draw(seen);
	}
	seen->cap = cap;
	seen->slots = mem_array(seen->cap, sizeof(*seen->slots));
	for (size_t i = 0; old && i < old_cap; i++) {
		if (old[i].index) {
			put_back(seen, old[i]);
		}
	}
	free(old);
}

void junit_seen_expect(struct junit_seen *seen, size_t count)
{
	size_t cap = CAP_MIN;

	while (cap < count) {
		cap *= 2;
	}
	VEC_RESERVE(&seen->names, count);
	if (cap > seen->cap) {
		resize(seen, cap);
	}
}

size_t junit_seen_find(struct junit_seen *seen, struct hash_value id)
{
	uint32_t place = 0;
	size_t at = 0;

	if (seen->names.len >= UINT32_MAX) {
		abort(); /* before that memory has run out */
	}
	/* at most three of four slots are in use */
	if (seen->names.len * 4 >= seen->cap * 3) {
		resize(seen, seen->cap ? seen->cap * 2 : CAP_MIN);
	}
	place = place_of(seen, id);
	at = place & (seen->cap - 1);
	while (!ends_search(seen, &seen->slots[at], place, id)) {
		at = (at + 1) & (seen->cap - 1);
	}
	if (!seen->slots[at].index) {
		VEC_PUSH(&seen->names)->id = id;
		seen->slots[at].place = place;
		seen->slots[at].index = (uint32_t)seen->names.len;
	}
	return seen->slots[at].index - 1;
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
