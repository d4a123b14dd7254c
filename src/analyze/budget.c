/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/budget.h"

#include "analyze/budget_events.h"
#include "base/clock.h"

#include <math.h>

/* Less says nothing, however much is allowed. */
#define EVENTS_LEAST 20

/* How sure an alert has to be. */
#define ALERT_ODDS 0.9

static const size_t span_events[BUDGET_SPANS] = {20, 100, 500};

/*
 * The SRE workbook's alerts on several windows and burn rates: 14.4 times in an hour and 5 minutes, 6 times in six
 * hours and 30 minutes, once in three days and six hours; the second window lets an alert end soon. A CI sees few
 * events in an hour, so that windows are the newest events here. A rule without all of its events begins with
 * `least`.
 */
static const struct rule {
	enum budget_alert alert;
	double burn;
	size_t events, least, recent;
} rules[] = {
	{ALERT_PAGE, 14.4, 20, 20, 5},
	{ALERT_PAGE, 6, 100, 100, 20},
	{ALERT_WARN, 1, 500, 100, 100},
};

const char *budget_state_name(enum budget_state state)
{
	static const char *const names[] = {
		[BUDGET_FEW] = "few", [BUDGET_LEFT] = "left", [BUDGET_SPENT] = "spent"};

	return names[state];
}

const char *budget_alert_name(enum budget_alert alert)
{
	static const char *const names[] = {
		[ALERT_OK] = "ok", [ALERT_WARN] = "warn", [ALERT_PAGE] = "page"};

	return names[alert];
}

bool budget_charges(const struct budget *budget, enum objective_cause cause)
{
	switch (budget->objective->subject) {
	case OBJECTIVE_RUNS:
		return budget->objective->causes & (1U << cause);
	case OBJECTIVE_WAITS:
		return cause == CAUSE_READINESS;
	case OBJECTIVE_RUN_TIME:
		return cause == CAUSE_SLOW;
	case OBJECTIVE_WAIT_TIME:
		return cause == CAUSE_SLOW || cause == CAUSE_READINESS;
	}
	return false;
}

double budget_odds(size_t bad, size_t events, double threshold)
{
	return 1 - beta_cdf(threshold, (double)bad + 0.5, (double)(events - bad) + 0.5);
}

/* How many of the newest so many were bad. */
static size_t newest_bad(const struct budget_events *events, size_t count)
{
	size_t bad = 0;

	for (size_t i = events->len - count; i < events->len; i++) {
		bad += events->items[i].bad;
	}
	return bad;
}

static double share_allowed(const struct budget *budget)
{
	return (double)budget->objective->allowed / OBJECTIVE_WHOLE;
}

static void count(const struct budget_events *events, struct budget *out)
{
	out->events = events->len;
	VEC_EACH (const struct budget_event, event, events) {
		out->bad += event->bad;
		out->causes[event->cause] += event->troubled;
	}
	out->allowed = (double)out->events * share_allowed(out);
	out->left = out->events > 0 ? 1 - (double)out->bad / out->allowed : 1;
}

/* With too few events it is spent only when good ones alone could not mend that any more. Whole numbers, because
 * exactly what is allowed is not too much. */
static void judge(struct budget *out)
{
	size_t allowed = (size_t)out->objective->allowed;
	size_t least = (OBJECTIVE_WHOLE + allowed - 1) / allowed;
	size_t reckoned = 0;

	least = least > EVENTS_LEAST ? least : EVENTS_LEAST;
	reckoned = out->events > least ? out->events : least;
	out->missing = reckoned - out->events;
	out->state = out->missing > 0 ? BUDGET_FEW : BUDGET_LEFT;
	if (out->events >= EVENTS_LEAST && out->bad * OBJECTIVE_WHOLE > reckoned * allowed) {
		out->state = BUDGET_SPENT;
	}
}

static void take_spans(const struct budget_events *events, struct budget *out)
{
	for (size_t i = 0; i < BUDGET_SPANS; i++) {
		struct budget_span *span = &out->spans[i];

		if (events->len >= span_events[i]) {
			span->events = span_events[i];
			span->bad = newest_bad(events, span->events);
			span->burn = (double)span->bad / (double)span->events / share_allowed(out);
		}
	}
}

/* A budget that is a great share of all cannot burn many times as fast: halfway between it and all is enough. */
static double threshold_of(const struct rule *rule, double allowed)
{
	return fmin(rule->burn * allowed, rule->burn > 1 ? (1 + allowed) / 2 : allowed);
}

/* The first rule that holds is the worst. */
static void raise_alert(const struct budget_events *events, struct budget *out)
{
	for (size_t i = 0; i < ARRAY_LEN(rules) && out->alert == ALERT_OK; i++) {
		const struct rule *rule = &rules[i];
		size_t newest = events->len < rule->events ? events->len : rule->events;
		double threshold = threshold_of(rule, share_allowed(out));
		double odds = 0;

		if (newest < rule->least) {
			continue;
		}
		odds = budget_odds(newest_bad(events, newest), newest, threshold);
		if (odds > ALERT_ODDS &&
		    (double)newest_bad(events, rule->recent) >= threshold * (double)rule->recent) {
			out->alert = rule->alert;
			out->alert_events = newest;
			out->alert_burn = threshold / share_allowed(out);
			out->alert_odds = odds;
		}
	}
}

static void draw_days(const struct budget_events *events, struct budget *out)
{
	size_t bad = 0, next = 0;

	if (events->len == 0) {
		return;
	}
	for (int64_t day = clock_day(events->items[0].at_us);
	     day <= clock_day(events->items[events->len - 1].at_us); day++) {
		struct budget_day *row = VEC_PUSH(&out->days);

		for (; next < events->len && clock_day(events->items[next].at_us) <= day; next++) {
			bad += events->items[next].bad;
		}
		*row = (struct budget_day){day, 1 - (double)bad / out->allowed};
	}
}

void budgets_reckon(const struct objective_list *objectives, const struct evidence *evidence,
		    const struct flake_report *flakes, int64_t until_us, struct budget_list *out)
{
	*out = (struct budget_list){0};
	VEC_EACH (const struct objective, objective, objectives) {
		CLEANUP(budget_events_release) struct budget_events events = {0};
		struct budget *budget = VEC_PUSH(out);

		budget->objective = objective;
		budget->until_us = until_us;
		budget->since_us = until_us > INT64_MIN + objective->window_us
					   ? until_us - objective->window_us
					   : INT64_MIN;
		budget_events_list(budget, evidence, flakes, &events);
		count(&events, budget);
		judge(budget);
		take_spans(&events, budget);
		raise_alert(&events, budget);
		draw_days(&events, budget);
	}
}

static bool is_worse(const struct budget *budget, const struct budget *than)
{
	bool spent = budget->state == BUDGET_SPENT, other = than->state == BUDGET_SPENT;

	if (spent != other) {
		return spent;
	}
	if (budget->alert != than->alert) {
		return budget->alert > than->alert;
	}
	if ((budget->state == BUDGET_FEW) != (than->state == BUDGET_FEW)) {
		return than->state == BUDGET_FEW;
	}
	return budget->left < than->left;
}

const struct budget *budgets_worst(const struct budget_list *list)
{
	const struct budget *worst = NULL;

	VEC_EACH (const struct budget, budget, list) {
		worst = worst && !is_worse(budget, worst) ? worst : budget;
	}
	return worst;
}

const struct budget_span *budget_span_shown(const struct budget *budget)
{
	const struct budget_span *shown = &budget->spans[budget->spans[1].events > 0];

	return shown->events > 0 ? shown : NULL;
}

void budget_list_release(struct budget_list *list)
{
	VEC_EACH (struct budget, budget, list) {
		VEC_FREE(&budget->days);
	}
	VEC_FREE(list);
}
