/* SPDX-License-Identifier: Apache-2.0 */
#include "model/lineage.h"

#include "base/clock.h"

#include <stdlib.h>

#define FAR_S (INT64_C(1) << 42)

int64_t lineage_time_us(int64_t time_s)
{
	if (time_s > FAR_S) {
		return FAR_S * US_PER_S;
	}
	return time_s < -FAR_S ? -FAR_S * US_PER_S : time_s * US_PER_S;
}

static int newest_first(const void *a, const void *b)
{
	int64_t x = ((const struct lineage_commit *)a)->time_us;
	int64_t y = ((const struct lineage_commit *)b)->time_us;

	return (x < y) - (x > y);
}

void lineage_sort(struct lineage *lineage)
{
	if (lineage->len > 1) {
		qsort(lineage->items, lineage->len, sizeof(lineage->items[0]), newest_first);
	}
}

void lineage_commit_release(struct lineage_commit *commit)
{
	free(commit->id);
	strv_release(&commit->parents);
	*commit = (struct lineage_commit){0};
}

void lineage_release(struct lineage *lineage)
{
	VEC_EACH (struct lineage_commit, commit, lineage) {
		lineage_commit_release(commit);
	}
	VEC_FREE(lineage);
}
