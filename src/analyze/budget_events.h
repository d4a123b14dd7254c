/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_BUDGET_EVENTS_H
#define STEADY_ANALYZE_BUDGET_EVENTS_H

#include "analyze/budget.h"

/* What an objective counts. Inside the room. */
struct budget_event {
	int64_t at_us;
	bool bad;      /* takes from the budget */
	bool troubled; /* something was wrong with it, charged or not: */
	enum objective_cause cause;
};

struct budget_events {
	VEC(struct budget_event) /* in time order */
};

/* The events of budget->objective in its window. */
void budget_events_list(const struct budget *budget, const struct evidence *evidence,
			const struct flake_report *flakes, struct budget_events *out);
void budget_events_release(struct budget_events *events);

#endif
