/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_BUDGET_H
#define STEADY_ANALYZE_BUDGET_H

#include "analyze/flakes.h"
#include "model/objective.h"

/*
 * Objectives held against what happened: the budget is the share that an objective lets be bad. Windows are
 * counted in events, because a CI has few of them. The rules and where they come from: docs/methods.md. Pure.
 */
enum budget_state {
	BUDGET_FEW, /* fewer events than it takes for one of them to be allowed */
	BUDGET_LEFT,
	BUDGET_SPENT /* more were bad than is allowed */
};

enum budget_alert { ALERT_OK, ALERT_WARN, ALERT_PAGE };

const char *budget_state_name(enum budget_state state); /* "few", "left", "spent" */
const char *budget_alert_name(enum budget_alert alert); /* "ok", "warn", "page" */

/* The newest events, so many. */
struct budget_span {
	size_t events; /* 0: there are not so many */
	size_t bad;
	double burn; /* 1: at this pace exactly what is allowed is used up */
};

#define BUDGET_SPANS 3 /* 20, 100 and 500 events */

struct budget_day {
	int64_t day; /* UTC, since 1970 */
	double left; /* at its end, of the budget of the whole window */
};

struct budget {
	const struct objective *objective; /* borrowed */
	int64_t since_us, until_us;        /* until is exclusive */
	size_t events, bad;
	double allowed; /* of these events, how many may be bad */
	double left;    /* share of that; below 0 when more were bad; 1 without an event */
	size_t missing; /* of BUDGET_FEW: events until it says something */
	size_t causes[CAUSE_COUNT]; /* of all events in trouble, charged or not */
	enum budget_state state;
	enum budget_alert alert;
	size_t alert_events; /* of an alert: the rule's newest events, */
	double alert_burn;   /* and the burn that they most likely exceed, */
	double alert_odds;   /* with this probability */
	struct budget_span spans[BUDGET_SPANS];
	struct {
		VEC(struct budget_day) /* each one from the first event to the last */
	} days;
};

struct budget_list {
	VEC(struct budget) /* in the order of the objectives */
};

/* The evidence has to reach back from `until` as far as the objectives look. *out borrows from the objectives. */
void budgets_reckon(const struct objective_list *objectives, const struct evidence *evidence,
		    const struct flake_report *flakes, int64_t until_us, struct budget_list *out);
void budget_list_release(struct budget_list *list);

/* The one to name first: spent ones, then those with the higher alert, then those with the least left. NULL without
 * any. */
const struct budget *budgets_worst(const struct budget_list *list);

/* Whether that cause takes from the budget. */
bool budget_charges(const struct budget *budget, enum objective_cause cause);

/* The span to name when there is room for one: the newest 100 events, else 20, else NULL. */
const struct budget_span *budget_span_shown(const struct budget *budget);

/* P(rate > threshold) after so many bad ones of n, by Jeffreys' prior Beta(1/2, 1/2). */
double budget_odds(size_t bad, size_t events, double threshold);

#endif
