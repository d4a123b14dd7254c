/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_ID_MAP_H
#define STEADY_HISTORY_ID_MAP_H

#include <stddef.h>
#include <stdint.h>

/* From the id of a test to a few bits about it. Zero-initialise. */
struct id_slot {
	int64_t id;
	unsigned bits; /* 0: the slot is free */
};

struct id_map {
	struct id_slot *slots;
	size_t len, cap;
};

/* The bits of the id, or NULL. Borrowed until the next addition. */
unsigned *id_map_get(const struct id_map *map, int64_t id);

/* Adds bits, at least one, to those of the id; returns what there was before. */
unsigned id_map_add(struct id_map *map, int64_t id, unsigned bits);

void id_map_release(struct id_map *map);

#endif
