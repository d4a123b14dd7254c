/* SPDX-License-Identifier: Apache-2.0 */
#include "history/id_map.h"

#include "base/mem.h"

#include <stdlib.h>

/* Ids are given in a row: a multiplication spreads them, open addressing does the rest. */
static struct id_slot *find(const struct id_map *map, int64_t id)
{
	size_t at = (size_t)(((uint64_t)id * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & (map->cap - 1);

	while (map->slots[at].bits && map->slots[at].id != id) {
		at = (at + 1) & (map->cap - 1);
	}
	return &map->slots[at];
}

static void grow(struct id_map *map)
{
	struct id_map old = *map;

	map->cap = old.cap ? old.cap * 2 : 16;
	map->slots = mem_array(map->cap, sizeof(*map->slots));
	for (size_t i = 0; i < old.cap; i++) {
		if (old.slots[i].bits) {
			*find(map, old.slots[i].id) = old.slots[i];
		}
	}
	free(old.slots);
}

unsigned *id_map_get(const struct id_map *map, int64_t id)
{
	struct id_slot *slot = map->cap > 0 ? find(map, id) : NULL;

	return slot && slot->bits ? &slot->bits : NULL;
}

unsigned id_map_add(struct id_map *map, int64_t id, unsigned bits)
{
	struct id_slot *slot;
	unsigned before;

	if (map->len * 4 >= map->cap * 3) {
		grow(map);
	}
	slot = find(map, id);
	before = slot->bits;
	slot->id = id;
	slot->bits |= bits;
	map->len += before == 0;
	return before;
}

void id_map_release(struct id_map *map)
{
	free(map->slots);
	*map = (struct id_map){0};
}
