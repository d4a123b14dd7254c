/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_DAYS_H
#define STEADY_ANALYZE_DAYS_H

#include "analyze/flakes.h"

/* The runs of a window by days (UTC), and what became of them. Days without a run are there, too. Pure. */
struct day_row {
	int64_t day; /* since 1970 */
	size_t runs; /* but for those that say nothing */
	size_t fates[FATE_COUNT];
};

struct day_rows {
	VEC(struct day_row)
};

/* The caller frees *out with VEC_FREE(). Of more than `most` days the newest. */
void days_count(const struct evidence *evidence, const struct flake_report *flakes, size_t most,
		struct day_rows *out);

#endif
