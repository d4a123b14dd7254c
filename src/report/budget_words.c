/* SPDX-License-Identifier: Apache-2.0 */
#include "report/budget_words.h"

#include "report/words.h"

#include <math.h>

#define CLAUSES_MOST 3 /* in the first line */

static const char *cause_words(const struct budget *budget, enum objective_cause cause)
{
	static const struct {
		const char *run, *wait;
	} words[CAUSE_COUNT] = {
		[CAUSE_FLAKE] = {"red through flakes", NULL},
		[CAUSE_READINESS] = {"red through a service", "not ready"},
		[CAUSE_INFRA] = {"red by the infrastructure", NULL},
		[CAUSE_SLOW] = {"too slow", "too slow"},
		[CAUSE_PRODUCT] = {"red by the product", NULL},
	};

	return objective_is_of_waits(budget->objective) ? words[cause].wait : words[cause].run;
}

bool budget_is_shown(const struct budget *budget)
{
	return !budget->objective->built_in || budget->state != BUDGET_FEW ||
	       budget->alert != ALERT_OK;
}

/* Down, so that "100 %" is all of it and "0 %" is met exactly or nearly spent. */
void words_budget_left(struct buf *out, const struct budget *budget)
{
	if (budget->state != BUDGET_FEW) {
		buf_fmt(out, "%.0f %%", floor(budget->left * 100 + 1e-6));
	}
}

void words_budget_state(struct buf *out, const struct budget *budget)
{
	static const char *const names[] = {
		[BUDGET_FEW] = "too few", [BUDGET_LEFT] = "ok", [BUDGET_SPENT] = "spent"};
	bool alerts = budget->alert != ALERT_OK;

	if (!alerts || budget->state == BUDGET_SPENT) {
		buf_str_add(out, names[budget->state]);
	}
	if (alerts) {
		buf_fmt(out, "%s%s", budget->state == BUDGET_SPENT ? ", " : "",
			budget_alert_name(budget->alert));
	}
}

void words_burn(struct buf *out, const struct budget_span *span)
{
	if (span->events > 0) {
		buf_fmt(out, span->burn < 9.95 ? "%.1fx" : "%.0fx", span->burn);
	}
}

static void allowed(struct buf *out, const struct budget *budget)
{
	/* a budget of ten looks full at 9.96, too */
	buf_fmt(out, budget->allowed < 99.95 ? "%.1f" : "%.0f", budget->allowed);
}

static void counts(struct buf *out, const struct budget *budget)
{
	buf_fmt(out, "%zu of %zu %s", budget->bad, budget->events,
		objective_events(budget->objective));
}

static void clause(struct buf *out, const struct budget *budget)
{
	const struct budget_span *span = budget_span_shown(budget);

	buf_fmt(out, "; budget of %s: ", budget->objective->name);
	if (budget->state == BUDGET_SPENT) {
		buf_str_add(out, "spent, ");
		counts(out, budget);
		buf_str_add(out, " bad");
	} else if (budget->state == BUDGET_LEFT) {
		words_budget_left(out, budget);
		buf_str_add(out, " left");
	} else {
		buf_str_add(out, "too early to tell");
	}
	if (span) {
		buf_str_add(out, ", burning ");
		words_burn(out, span);
	}
}

void words_budgets(struct buf *out, const struct budget_list *budgets)
{
	const struct budget *worst = budgets ? budgets_worst(budgets) : NULL;
	size_t clauses = 0;

	if (!worst || (worst->state == BUDGET_FEW && worst->alert == ALERT_OK)) {
		return;
	}
	clause(out, worst);
	VEC_EACH (const struct budget, budget, budgets) {
		if (budget != worst && clauses + 1 < CLAUSES_MOST &&
		    (budget->state == BUDGET_SPENT || budget->alert != ALERT_OK)) {
			clause(out, budget);
			clauses++;
		}
	}
}

void words_objective(struct buf *out, const struct objective *objective)
{
	objective_show(out, objective);
	buf_str_add(out, objective->built_in ? " (built in)" : "");
}

/* "; 3 not ready, 31 red by the product (not charged)" */
static void others(struct buf *out, const struct budget *budget)
{
	const char *gap = "; ";
	bool any = false;

	for (enum objective_cause i = 0; i < CAUSE_COUNT; i++) {
		if (budget->causes[i] > 0 && !budget_charges(budget, i)) {
			buf_fmt(out, "%s%zu %s", gap, budget->causes[i], cause_words(budget, i));
			gap = ", ";
			any = true;
		}
	}
	buf_str_add(out, any ? " (not charged)" : "");
}

/* "7 of 220 runs red through flakes"; "7 of 220 runs bad: 5 red through flakes, 2 …" where several may be. */
static void charged(struct buf *out, const struct budget *budget)
{
	const char *gap = " bad: ", *only = NULL;
	size_t kinds = 0;

	counts(out, budget);
	for (enum objective_cause i = 0; i < CAUSE_COUNT; i++) {
		if (budget_charges(budget, i)) {
			only = cause_words(budget, i);
			kinds++;
		}
	}
	if (kinds == 1 || budget->bad == 0) {
		buf_fmt(out, " %s", kinds == 1 ? only : "bad");
		return;
	}
	for (enum objective_cause i = 0; i < CAUSE_COUNT; i++) {
		if (budget->causes[i] > 0 && budget_charges(budget, i)) {
			buf_fmt(out, "%s%zu %s", gap, budget->causes[i], cause_words(budget, i));
			gap = ", ";
		}
	}
}

static void alert(struct buf *out, const struct budget *budget)
{
	if (budget->alert == ALERT_OK) {
		return;
	}
	buf_fmt(out, ". %s: the newest %zu %s burn more than ",
		budget->alert == ALERT_PAGE ? "Act now" : "Take care", budget->alert_events,
		objective_events(budget->objective));
	if (budget->alert_burn > 1.05) {
		buf_fmt(out, "%.3g times ", budget->alert_burn);
	}
	buf_str_add(out, "what is allowed (");
	words_probability(out, budget->alert_odds);
	buf_str_add(out, " sure)");
}

void words_budget(struct buf *out, const struct budget *budget)
{
	const char *events = objective_events(budget->objective);

	if (budget->events == 0) {
		buf_fmt(out, "no %s of which anything is known", events);
	} else {
		buf_str_add(out, budget->state == BUDGET_SPENT ? "spent, " : "");
		charged(out, budget);
		buf_str_add(out, ", ");
		allowed(out, budget);
		buf_str_add(out, " allowed");
		others(out, budget);
	}
	if (budget->missing > 0) {
		buf_fmt(out, ". Not enough %s yet: %zu more before this says anything", events,
			budget->missing);
		buf_str_add(out, budget->state == BUDGET_SPENT
					 ? ", and if all of them were good it would still be spent"
					 : "");
	}
	alert(out, budget);
}

void words_budget_spent(struct buf *out, const struct budget *budget)
{
	buf_fmt(out, "budget of %s is spent: ", budget->objective->name);
	counts(out, budget);
	buf_fmt(out, " %s bad, ", budget->bad == 1 ? "was" : "were");
	allowed(out, budget);
	buf_str_add(out, " allowed (");
	words_objective(out, budget->objective);
	buf_str_add(out, ")");
}
