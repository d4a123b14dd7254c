/* SPDX-License-Identifier: Apache-2.0 */
#include "base/map.h"

#include "base/mem.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <xxhash.h>

static uint64_t seed(void)
{
	static _Atomic uint64_t value;
	uint64_t drawn = 0, none = 0;

	if (!value) {
		if (getrandom(&drawn, sizeof(drawn), GRND_NONBLOCK) != sizeof(drawn)) {
			drawn = (uintptr_t)&value;
		}
		/* of threads that draw at the same time the first one's counts */
		atomic_compare_exchange_strong(&value, &none, drawn | 1);
	}
	return value;
}

/* Seeded, so that nobody can prepare keys that all land in one place. */
static uint64_t hash_of(const char *key)
{
	return XXH3_64bits_withSeed(key, strlen(key), seed());
}

static struct map_slot *find(const struct map *map, const char *key, uint64_t hash)
{
	size_t i = (size_t)hash & (map->cap - 1);

	while (map->slots[i].key &&
	       (map->slots[i].hash != hash || strcmp(map->slots[i].key, key) != 0)) {
		i = (i + 1) & (map->cap - 1);
	}
	return &map->slots[i];
}

static void grow(struct map *map)
{
	struct map old = *map;

	map->cap = old.cap ? old.cap * 2 : 16;
	map->slots = mem_array(map->cap, sizeof(*map->slots));
	for (size_t i = 0; i < old.cap; i++) {
		if (old.slots[i].key) {
			*find(map, old.slots[i].key, old.slots[i].hash) = old.slots[i];
		}
	}
	free(old.slots);
}

bool map_get(const struct map *map, const char *key, size_t *value)
{
	const struct map_slot *slot = NULL;

	if (map->cap == 0) {
		return false;
	}
	slot = find(map, key, hash_of(key));
	if (!slot->key) {
		return false;
	}
	if (value) {
		*value = slot->value;
	}
	return true;
}

bool map_put(struct map *map, const char *key, size_t value)
{
	uint64_t hash = hash_of(key);
	struct map_slot *slot = NULL;
	bool is_new = false;

	if (map->len * 4 >= map->cap * 3) {
		grow(map);
	}
	slot = find(map, key, hash);
	if (!slot->key) {
		slot->key = mem_str(key);
		slot->hash = hash;
		map->len++;
		is_new = true;
	}
	slot->value = value;
	return is_new;
}

void map_release(struct map *map)
{
	for (size_t i = 0; i < map->cap; i++) {
		free(map->slots[i].key);
	}
	free(map->slots);
	*map = (struct map){0};
}
