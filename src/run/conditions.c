/* SPDX-License-Identifier: Apache-2.0 */
#include "run/conditions.h"

struct conditions conditions_between(const struct conditions_sample *before,
				     const struct conditions_sample *after)
{
	int64_t span = after->at_us - before->at_us;
	bool pressure = before->pressure_us >= 0 && after->pressure_us >= before->pressure_us;
	bool kills = before->oom_kills >= 0 && after->oom_kills >= before->oom_kills;
	struct conditions out = {
		.cores = after->cores,
		.load_start = before->load,
		.load_end = after->load,
		.pressure = -1,
		.memory_limit = after->memory_limit,
		.oom_kills = kills ? after->oom_kills - before->oom_kills : -1,
	};

	if (pressure && span > 0) {
		out.pressure = (double)(after->pressure_us - before->pressure_us) / (double)span;
		out.pressure = out.pressure > 1 ? 1 : out.pressure;
	}
	return out;
}
