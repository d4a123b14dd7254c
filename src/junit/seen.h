/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_SEEN_H
#define STEADY_JUNIT_SEEN_H

#include "base/hash.h"
#include "base/vec.h"

#include <stdint.h>

/*
 * The names that a file has told so far, by their identities, and what became of each. No string is
 * kept. Whoever writes a file chooses the names, but not where they land: the places are drawn anew
 * in each process. Zero-initialise.
 */
struct junit_seen_name {
	struct hash_value id;
	size_t result;    /* index of the latest of that name */
	unsigned count;   /* results of that name */
	unsigned skipped; /* tries that were skipped */
};

struct junit_seen {
	struct {
		VEC(struct junit_seen_name)
	} names;
	struct junit_seen_slot {
		uint32_t place; /* where it would like to be */
		uint32_t index; /* in `names`, from 1; 0 free */
	} * slots;
	size_t cap; /* a power of two */
	uint64_t chance[2];
};

/* Makes room for so many names, so that finding them moves nothing. */
void junit_seen_expect(struct junit_seen *seen, size_t count);

/* The index of the name; one that is new counts no results yet. */
size_t junit_seen_find(struct junit_seen *seen, struct hash_value id);

/* One more that no identity finds. */
size_t junit_seen_add(struct junit_seen *seen);
void junit_seen_release(struct junit_seen *seen);

#endif
