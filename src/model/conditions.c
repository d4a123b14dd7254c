/* SPDX-License-Identifier: Apache-2.0 */
#include "model/conditions.h"

#define MIB            (INT64_C(1) << 20)
#define LOADED_SHARE   0.2
#define LOADED_PER_CPU 1.5

bool conditions_loaded(const struct conditions *conditions)
{
	if (conditions->pressure >= 0) {
		return conditions->pressure >= LOADED_SHARE;
	}
	return conditions->cores > 0 && conditions->load_end > LOADED_PER_CPU * conditions->cores;
}

void conditions_show(struct buf *out, const struct conditions *conditions)
{
	buf_fmt(out, "%.3g core%s", conditions->cores, conditions->cores == 1 ? "" : "s");
	if (conditions->load_end >= 0) {
		buf_fmt(out, ", load %.1f", conditions->load_end);
	}
	if (conditions->pressure >= 0) {
		buf_fmt(out, ", CPU pressure %.0f%%", conditions->pressure * 100);
	}
	if (conditions->memory_limit > 0) {
		buf_fmt(out, ", memory limit %lld MiB",
			(long long)(conditions->memory_limit / MIB));
	}
	if (conditions->oom_kills > 0) {
		buf_fmt(out, ", %lld process%s killed for memory", (long long)conditions->oom_kills,
			conditions->oom_kills == 1 ? "" : "es");
	}
}
