/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_BASE_MAP_H
#define STEADY_BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * From string to number, usually the index of an item in some array. Keys are copied. Hashing is
 * seeded per process, because keys come from hostile files. Zero-initialise.
 */
struct map_slot {
	char *key;
	uint64_t hash;
	size_t value;
};

struct map {
	struct map_slot *slots;
	size_t len, cap;
};

/* Finds key; true and *value when present. value may be NULL. */
bool map_get(const struct map *map, const char *key, size_t *value);

/* Sets key to value; true when the key is new. */
bool map_put(struct map *map, const char *key, size_t value);

void map_release(struct map *map);

#endif
