/* SPDX-License-Identifier: Apache-2.0 */
#include "report/budget_words.h"
#include "report/shapes.h"
#include "report/words.h"

static struct json *burn_array(const struct budget *budget)
{
	struct json *out = json_new_array();

	for (size_t i = 0; i < BUDGET_SPANS; i++) {
		const struct budget_span *span = &budget->spans[i];
		struct json *item = NULL;

		if (span->events > 0) {
			item = json_new_object();
			json_put_int(item, "newest", (int64_t)span->events);
			json_put_int(item, "bad", (int64_t)span->bad);
			json_put_real(item, "burn", span->burn);
			json_add(out, item);
		}
	}
	return out;
}

static struct json *because_object(const struct budget *budget)
{
	struct json *out = NULL;

	if (budget->alert == ALERT_OK) {
		return json_new_null();
	}
	out = json_new_object();
	json_put_int(out, "newest", (int64_t)budget->alert_events);
	json_put_real(out, "burn", budget->alert_burn);
	json_put_real(out, "probability", budget->alert_odds);
	return out;
}

static void put_causes(const struct budget *budget, struct json *out)
{
	struct json *causes = json_new_object(), *charged = json_new_array();

	for (enum objective_cause i = 0; i < CAUSE_COUNT; i++) {
		json_put_int(causes, objective_cause_name(i), (int64_t)budget->causes[i]);
		if (budget_charges(budget, i)) {
			json_add(charged, json_new_str(objective_cause_name(i)));
		}
	}
	json_put(out, "causes", causes);
	json_put(out, "charged", charged);
}

static struct json *series_array(const struct budget *budget)
{
	struct json *out = json_new_array();

	VEC_EACH (const struct budget_day, day, &budget->days) {
		struct json *item = json_new_object();

		json_put(item, "day", shape_day(day->day));
		json_put_real(item, "left", day->left);
		json_add(out, item);
	}
	return out;
}

static struct json *budget_object(const struct budget *budget)
{
	CLEANUP(buf_release) struct buf sentence = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(buf_release) struct buf words = BUF_INIT(BUF_OWN_MAX);
	const struct objective *objective = budget->objective;
	struct json *out = json_new_object();

	objective_show(&sentence, objective);
	words_budget(&words, budget);
	json_put_str(out, "name", objective->name);
	json_put_str(out, "objective", buf_str(&sentence));
	json_put_bool(out, "built_in", objective->built_in);
	json_put(out, "since", shape_time(budget->since_us));
	json_put(out, "until", shape_time(budget->until_us));
	json_put_real(out, "target", 1 - (double)objective->allowed / OBJECTIVE_WHOLE);
	json_put_str(out, "counts", objective_events(objective));
	json_put_int(out, "events", (int64_t)budget->events);
	json_put_int(out, "bad", (int64_t)budget->bad);
	json_put_real(out, "allowed", budget->allowed);
	json_put(out, "left",
		 budget->state != BUDGET_FEW ? json_new_real(budget->left) : json_new_null());
	json_put_str(out, "state", budget_state_name(budget->state));
	json_put_int(out, "missing", (int64_t)budget->missing);
	json_put(out, "burn", burn_array(budget));
	json_put_str(out, "alert", budget_alert_name(budget->alert));
	json_put(out, "alert_because", because_object(budget));
	put_causes(budget, out);
	json_put_str(out, "because", buf_str(&words));
	json_put(out, "series", series_array(budget));
	return out;
}

void json_budgets(const struct report_input *input, struct json_text *text)
{
	struct json *budgets = json_new_array();

	if (input->budgets) {
		VEC_EACH (const struct budget, budget, input->budgets) {
			json_add(budgets, budget_object(budget));
		}
	}
	json_text_tree(text, "budgets", budgets);
}
