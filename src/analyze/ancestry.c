/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/ancestry.h"

#include <stdlib.h>

void ancestry_make(const struct timeline *timeline, struct ancestry *out)
{
	*out = (struct ancestry){.timeline = timeline};
	for (size_t i = 0; i < ANCESTRY_KEPT; i++) {
		out->kept[i].position = NO_INDEX;
	}
}

void ancestry_release(struct ancestry *ancestry)
{
	for (size_t i = 0; i < ANCESTRY_KEPT; i++) {
		free(ancestry->kept[i].marks);
	}
	*ancestry = (struct ancestry){0};
}

const struct ancestors *ancestry_of(struct ancestry *ancestry, size_t position)
{
	struct ancestors *slot = &ancestry->kept[ancestry->next];

	for (size_t i = 0; i < ANCESTRY_KEPT; i++) {
		if (ancestry->kept[i].position == position) {
			return &ancestry->kept[i];
		}
	}
	ancestry->next = (ancestry->next + 1) % ANCESTRY_KEPT;
	free(slot->marks);
	slot->marks = mem_array(ancestry->timeline->positions + 1, sizeof(*slot->marks));
	slot->known = timeline_mark_positions(ancestry->timeline, position, slot->marks);
	slot->position = position;
	return slot;
}
