/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_AUTOPSY_BUDGET_H
#define STEADY_AUTOPSY_BUDGET_H

#include "base/clock.h"

#include <stdbool.h>

/* The time an autopsy may take: every loop over /proc asks before its next step. */
struct budget {
	int64_t start_us, deadline_us; /* monotonic */
	bool late;                     /* something was left out because the time was up */
};

static inline bool budget_over(struct budget *budget)
{
	budget->late |= clock_mono_us() >= budget->deadline_us;
	return budget->late;
}

#endif
