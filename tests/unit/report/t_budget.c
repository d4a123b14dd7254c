/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "report/golden.h"
#include "report/scene.h"
#include "text/json.h"

/* A report with budgets that were not reckoned but put there. */
struct budgets {
	struct scene scene;
	struct objective_list objectives;
	struct budget_list list;
};

static void budgets_release(struct budgets *budgets)
{
	budget_list_release(&budgets->list);
	objective_list_release(&budgets->objectives);
	scene_release(&budgets->scene);
}

static void budgets_make(struct budgets *budgets, const char *history)
{
	scene_make(&budgets->scene, history);
	budgets->scene.input.budgets = &budgets->list;
	/* budgets point to objectives: these stay where they are */
	VEC_RESERVE(&budgets->objectives, 32);
}

static struct objective *promise(struct budgets *budgets, const char *name,
				 enum objective_subject subject, int64_t allowed)
{
	struct objective *objective = VEC_PUSH(&budgets->objectives);

	*objective = (struct objective){
		.name = mem_str(name),
		.subject = subject,
		.causes = subject == OBJECTIVE_RUNS ? 1U << CAUSE_FLAKE : 0,
		.allowed = allowed,
		.limit_us = subject == OBJECTIVE_RUN_TIME ? 10 * RUN_MINUTE : 0,
		.window_us = 28 * DAY,
	};
	return objective;
}

static struct budget *add(struct budgets *budgets, const struct objective *objective, size_t bad,
			  size_t events)
{
	struct budget *budget = VEC_PUSH(&budgets->list);
	double share = (double)objective->allowed / OBJECTIVE_WHOLE;

	*budget = (struct budget){
		.objective = objective,
		.since_us = NOW - 28 * DAY,
		.until_us = NOW,
		.events = events,
		.bad = bad,
		.allowed = (double)events * share,
		.left = events > 0 ? 1 - (double)bad / ((double)events * share) : 1,
		.state = BUDGET_LEFT,
	};
	return budget;
}

static void burns(struct budget *budget, size_t span, size_t events, size_t bad, double burn)
{
	budget->spans[span] = (struct budget_span){events, bad, burn};
}

/* Left, spent and burning, too few, none, and of times. */
static void ordinary(struct budgets *budgets)
{
	struct budget *budget = NULL;

	budgets_make(budgets, "A:PP A:FP B:PP -:PP/c");
	budget = add(budgets, promise(budgets, "main", OBJECTIVE_RUNS, 10000), 1, 310);
	budget->causes[CAUSE_FLAKE] = 1;
	budget->causes[CAUSE_READINESS] = 2;
	budget->causes[CAUSE_PRODUCT] = 31;
	burns(budget, 0, 20, 0, 0);
	burns(budget, 1, 100, 1, 1);
	*VEC_PUSH(&budget->days) = (struct budget_day){20774, 1};
	*VEC_PUSH(&budget->days) = (struct budget_day){20775, 0.67741935483};
	budget = add(budgets, promise(budgets, "ci", OBJECTIVE_RUNS, 20000), 14, 310);
	budgets->objectives.items[1].causes |= 1U << CAUSE_READINESS | 1U << CAUSE_INFRA;
	budget->state = BUDGET_SPENT;
	budget->causes[CAUSE_FLAKE] = 11;
	budget->causes[CAUSE_INFRA] = 3;
	burns(budget, 0, 20, 5, 12.5);
	burns(budget, 1, 100, 9, 4.5);
	budget->alert = ALERT_PAGE;
	budget->alert_events = 20;
	budget->alert_burn = 14.4;
	budget->alert_odds = 0.93;
	budget = add(budgets, promise(budgets, "ready", OBJECTIVE_WAITS, 5000), 1, 40);
	budget->state = BUDGET_FEW;
	budget->missing = 160;
	budget->causes[CAUSE_READINESS] = 1;
	budget = add(budgets, promise(budgets, "db", OBJECTIVE_WAITS, 5000), 0, 0);
	budgets->objectives.items[3].service = mem_str("db.internal:5432");
	budget->state = BUDGET_FEW;
	budget->missing = 200;
	budget = add(budgets, promise(budgets, "time", OBJECTIVE_RUN_TIME, 50000), 6, 300);
	budget->causes[CAUSE_SLOW] = 6;
	burns(budget, 2, 500, 6, 0.4);
}

static void test_ordinary(void **state)
{
	static const char *const names[][2] = {
		{"text", "budget.txt"},
		{"markdown", "budget.md"},
		{"json", "budget.json"},
	};
	CLEANUP(budgets_release) struct budgets budgets = {0};

	(void)state;
	ordinary(&budgets);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		show(&budgets.scene, names[i][0]);
		golden_check(names[i][1], &budgets.scene.out);
	}
}

/* The first line names the worst one, and what else is spent or burns. */
static void test_first_line(void **state)
{
	CLEANUP(budgets_release) struct budgets budgets = {0};
	const char *text = NULL;

	(void)state;
	budgets_make(&budgets, "A:PP A:PP");
	budgets.scene.input.width = 1000;
	text = show(&budgets.scene, "text");
	assert_null(strstr(text, "udget"));
	add(&budgets, promise(&budgets, "main", OBJECTIVE_RUNS, 10000), 0, 100);
	assert_non_null(strstr(show(&budgets.scene, "text"), "; budget of main: 100 % left\n"));
	burns(&budgets.list.items[0], 0, 20, 1, 1.44);
	assert_non_null(strstr(show(&budgets.scene, "text"),
			       "; budget of main: 100 % left, burning 1.4x\n"));
	for (size_t i = 0; i < 5; i++) {
		AUTO_FREE char *name = mem_fmt("b%zu", i);

		add(&budgets, promise(&budgets, name, OBJECTIVE_WAITS, 10000), 2 + i, 100)->state =
			BUDGET_SPENT;
	}
	assert_non_null(
		strstr(show(&budgets.scene, "text"),
		       "; budget of b4: spent, 6 of 100 waits bad; budget of b0: spent, 2 of 100 "
		       "waits bad; budget of b1: spent, 3 of 100 waits bad\n"));
}

/* Nobody asked for the built-in one: it speaks when it has something to say. */
static void test_silent(void **state)
{
	CLEANUP(budgets_release) struct budgets budgets = {0};
	struct budget *budget = NULL;

	(void)state;
	budgets_make(&budgets, "A:PP A:PP");
	budget = add(&budgets, promise(&budgets, "runs", OBJECTIVE_RUNS, 10000), 1, 50);
	budget->state = BUDGET_FEW;
	budget->missing = 50;
	assert_non_null(strstr(show(&budgets.scene, "text"), "50 more before this says anything"));
	budgets.objectives.items[0].built_in = true;
	assert_null(strstr(show(&budgets.scene, "text"), "udget"));
	assert_null(strstr(show(&budgets.scene, "markdown"), "udget"));
	assert_non_null(strstr(show(&budgets.scene, "json"), "\"built_in\": true"));
	budget->alert = ALERT_PAGE;
	assert_non_null(strstr(show(&budgets.scene, "text"), "(built in)"));
	assert_non_null(strstr(buf_str(&budgets.scene.out), "; budget of runs: too early to tell"));
}

static void test_hostile_names(void **state)
{
	CLEANUP(budgets_release) struct budgets budgets = {0};
	const char *text = NULL;

	(void)state;
	budgets_make(&budgets, "A:PP A:PP");
	add(&budgets, promise(&budgets, "<b>|`@team`", OBJECTIVE_RUNS, 10000), 9, 100)->state =
		BUDGET_SPENT;
	budgets.objectives.items[0].branch = mem_str("\033[31m<img src=x>|\n## x");
	text = show(&budgets.scene, "markdown");
	assert_null(strstr(text, "<b>"));
	assert_null(strstr(text, "<img"));
	assert_null(strstr(text, "\n## x"));
	assert_null(strstr(text, "@team"));
	assert_null(strchr(text, '\033'));
	text = show(&budgets.scene, "text");
	assert_null(strchr(text, '\033'));
	assert_null(strstr(text, "\n## x"));
}

/* Twenty with the longest names and sentences. */
static void test_markdown_stays_small(void **state)
{
	CLEANUP(budgets_release) struct budgets budgets = {0};
	AUTO_FREE char *name = mem_alloc(61);
	AUTO_FREE char *branch = mem_alloc(901);

	(void)state;
	memset(name, '&', 60);
	memset(branch, '&', 900);
	budgets_make(&budgets, "A:PP A:PP");
	for (size_t i = 0; i < 20; i++) {
		struct objective *objective = promise(&budgets, name, OBJECTIVE_RUNS, 10000);

		objective->branch = mem_str(branch);
		add(&budgets, objective, 9, 100)->state = BUDGET_SPENT;
	}
	show(&budgets.scene, "markdown");
	assert_true(budgets.scene.out.len < 20000);
	assert_non_null(strstr(buf_str(&budgets.scene.out), "\n10 more: "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ordinary),
		cmocka_unit_test(test_first_line),
		cmocka_unit_test(test_silent),
		cmocka_unit_test(test_hostile_names),
		cmocka_unit_test(test_markdown_stays_small),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
