/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/days.h"

#include "base/clock.h"

/* Runs come in time order. */
void days_count(const struct evidence *evidence, const struct flake_report *flakes, size_t most,
		struct day_rows *out)
{
	int64_t first = 0, last = 0;

	*out = (struct day_rows){0};
	if (evidence->runs.len == 0 || most == 0) {
		return;
	}
	first = clock_day(evidence->runs.items[0].started_us);
	last = clock_day(evidence->runs.items[evidence->runs.len - 1].started_us);
	if (last - first >= (int64_t)most) {
		first = last - (int64_t)most + 1;
	}
	for (int64_t day = first; day <= last; day++) {
		VEC_PUSH(out)->day = day;
	}
	for (size_t run = 0; run < evidence->runs.len; run++) {
		int64_t day = clock_day(evidence->runs.items[run].started_us);
		enum run_fate fate = flakes->fates[run];

		if (day >= first) {
			out->items[day - first].runs += fate != FATE_NONE;
			out->items[day - first].fates[fate]++;
		}
	}
}
