/* SPDX-License-Identifier: Apache-2.0 */
#include "autopsy/circles.h"

/* Where the walk stands with each thread: 0 not seen, n seen in walk n. Each thread waits for at
 * most one other, so every walk ends in a dead end, an older walk, or a new circle. */
struct walk {
	const struct facts *facts;
	const struct waits *waits;
	size_t *seen;
};

static size_t next_of(const struct walk *walk, size_t thread)
{
	return walk->facts->threads.items[thread].still ? walk->waits->items[thread].on : NOBODY;
}

static void keep(const struct walk *walk, size_t first, struct circles *out)
{
	struct circle *circle = VEC_PUSH(out);
	size_t at = first;

	do {
		*VEC_PUSH(circle) = at;
		at = next_of(walk, at);
	} while (at != first);
}

void circles_find(const struct facts *facts, const struct waits *waits, struct circles *out)
{
	AUTO_FREE size_t *seen = mem_array(waits->len, sizeof(*seen));
	struct walk walk = {.facts = facts, .waits = waits, .seen = seen};

	for (size_t start = 0; start < waits->len; start++) {
		size_t at = start;

		while (at != NOBODY && seen[at] == 0) {
			seen[at] = start + 1;
			at = next_of(&walk, at);
		}
		if (at != NOBODY && seen[at] == start + 1) {
			keep(&walk, at, out);
		}
	}
}

void circles_release(struct circles *circles)
{
	VEC_EACH (struct circle, circle, circles) {
		VEC_FREE(circle);
	}
	VEC_FREE(circles);
}
