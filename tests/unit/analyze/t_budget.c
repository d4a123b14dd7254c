/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "analyze/budget.h"
#include "base/clock.h"
#include "base/str.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MINUTE (60 * US_PER_S)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)
#define UNTIL  (INT64_C(20800) * DAY)

/* Runs up to UNTIL, an hour apart, with fates that nobody had to judge; one objective; what came out. */
struct scene {
	struct evidence evidence;
	struct flake_report flakes;
	struct objective_list objectives;
	struct budget_list budgets;
};

static void scene_release(struct scene *scene)
{
	budget_list_release(&scene->budgets);
	objective_list_release(&scene->objectives);
	free(scene->flakes.fates);
	evidence_release(&scene->evidence);
}

static void assert_near(double got, double want, double within)
{
	if (!(fabs(got - want) <= within)) {
		fail_msg("%.12g instead of %.12g", got, want);
	}
}

/* A letter a run: passed, flaky, red through Flakes, Readiness, Infrastructure, the product (X); "-" nothing. */
static const struct {
	char letter;
	enum run_fate fate;
	enum run_outcome outcome;
} letters[] = {
	{'p', FATE_PASSED, RUN_PASSED},     {'f', FATE_FLAKY, RUN_FLAKY},
	{'F', FATE_RED_FLAKE, RUN_FAILED},  {'R', FATE_RED_READINESS, RUN_NOT_READY},
	{'I', FATE_RED_INFRA, RUN_TIMEOUT}, {'X', FATE_RED_PRODUCT, RUN_FAILED},
	{'-', FATE_NONE, RUN_CANCELLED},
};

static void add_run(struct scene *scene, char letter)
{
	struct run_facts *run = VEC_PUSH(&scene->evidence.runs);
	size_t count = scene->evidence.runs.len, i = 0;

	while (letters[i].letter != letter) {
		i++;
	}
	scene->flakes.fates = mem_resize(scene->flakes.fates, count, sizeof(enum run_fate));
	scene->flakes.fates[count - 1] = letters[i].fate;
	run->outcome = letters[i].outcome;
	run->key = mem_fmt("run%zu", count);
	run->job = mem_str("unit");
	run->command = mem_str("make check");
	run->branch = mem_str("main");
	run->duration_us = -1;
}

/* "99p 1F": 99 passed, then one red through flakes. */
static void add_runs(struct scene *scene, const char *words)
{
	while (*words) {
		char *end = NULL;
		unsigned long count = strtoul(words, &end, 10);

		for (; count > 0; count--) {
			add_run(scene, *end);
		}
		words = end + 1 + strspn(end + 1, " ");
	}
	for (size_t i = 0; i < scene->evidence.runs.len; i++) {
		scene->evidence.runs.items[i].started_us =
			UNTIL - (int64_t)(scene->evidence.runs.len - i) * HOUR;
	}
}

static struct objective *promise(struct scene *scene, enum objective_subject subject,
				 int64_t allowed)
{
	struct objective *objective = VEC_PUSH(&scene->objectives);

	objective->name = mem_str("main");
	objective->subject = subject;
	objective->allowed = allowed;
	objective->causes = 1U << CAUSE_FLAKE;
	objective->window_us = 28 * DAY;
	return objective;
}

static const struct budget *reckon(struct scene *scene)
{
	budget_list_release(&scene->budgets);
	budgets_reckon(&scene->objectives, &scene->evidence, &scene->flakes, UNTIL,
		       &scene->budgets);
	return &scene->budgets.items[0];
}

/* Of 300 runs at 99 % three may be bad. */
static void what_is_left(void **state)
{
	static const struct {
		const char *runs;
		int64_t allowed; /* of a million */
		size_t events, bad, missing;
		double left;
		enum budget_state state;
	} rows[] = {
		{"300p", 10000, 300, 0, 0, 1, BUDGET_LEFT},
		{"299p 1F", 10000, 300, 1, 0, 1 - 1 / 3.0, BUDGET_LEFT},
		{"297p 3F", 10000, 300, 3, 0, 0, BUDGET_LEFT}, /* 99 % exactly: kept */
		{"296p 4F", 10000, 300, 4, 0, 1 - 4 / 3.0, BUDGET_SPENT},
		{"290p 4f 3X 2R 1I 1F", 10000, 301, 1, 0, 1 - 1 / 3.01, BUDGET_LEFT},
		{"299p 50- 1F", 10000, 300, 1, 0, 1 - 1 / 3.0, BUDGET_LEFT},
		/* 100 runs until one may be bad */
		{"20p", 10000, 20, 0, 80, 1, BUDGET_FEW},
		{"19p 1F", 10000, 20, 1, 80, 1 - 1 / 0.2, BUDGET_FEW},
		{"18p 2F", 10000, 20, 2, 80, 1 - 2 / 0.2, BUDGET_SPENT},
		{"10p 9F", 10000, 19, 9, 81, 1 - 9 / 0.19, BUDGET_FEW},
		{"99p", 10000, 99, 0, 1, 1, BUDGET_FEW},
		{"100p", 10000, 100, 0, 0, 1, BUDGET_LEFT},
		{"", 10000, 0, 0, 100, 1, BUDGET_FEW},
		/* never less than 20 */
		{"19p", 500000, 19, 0, 1, 1, BUDGET_FEW},
		{"10p 10F", 500000, 20, 10, 0, 0, BUDGET_LEFT},
		{"9p 11F", 500000, 20, 11, 0, 1 - 1.1, BUDGET_SPENT},
		/* rounded up: 100/0.3 = 333.3 */
		{"333p", 3000, 333, 0, 1, 1, BUDGET_FEW},
		{"334p", 3000, 334, 0, 0, 1, BUDGET_LEFT},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(scene_release) struct scene scene = {0};
		const struct budget *budget = NULL;

		promise(&scene, OBJECTIVE_RUNS, rows[i].allowed);
		add_runs(&scene, rows[i].runs);
		budget = reckon(&scene);
		if (budget->events != rows[i].events || budget->bad != rows[i].bad ||
		    budget->missing != rows[i].missing || budget->state != rows[i].state) {
			fail_msg("%s: %zu of %zu, %zu missing, %s", rows[i].runs, budget->bad,
				 budget->events, budget->missing, budget_state_name(budget->state));
		}
		assert_near(budget->left, rows[i].left, 1e-9);
		assert_near(budget->allowed, (double)rows[i].events * (double)rows[i].allowed / 1e6,
			    1e-9);
	}
}

static void whose_matter_it_was(void **state)
{
	CLEANUP(scene_release) struct scene scene = {0};
	struct objective *objective = promise(&scene, OBJECTIVE_RUNS, 100000);
	const struct budget *budget = NULL;

	(void)state;
	objective->causes = 1U << CAUSE_FLAKE | 1U << CAUSE_READINESS | 1U << CAUSE_INFRA;
	add_runs(&scene, "90p 1I 5X 3R 2F");
	budget = reckon(&scene);
	assert_int_equal(budget->bad, 6);
	assert_int_equal(budget->causes[CAUSE_FLAKE], 2);
	assert_int_equal(budget->causes[CAUSE_READINESS], 3);
	assert_int_equal(budget->causes[CAUSE_INFRA], 1);
	assert_int_equal(budget->causes[CAUSE_PRODUCT], 5);
	assert_true(budget_charges(budget, CAUSE_INFRA));
	assert_false(budget_charges(budget, CAUSE_PRODUCT));
	assert_false(budget_charges(budget, CAUSE_SLOW));
}

/* 1 of the newest 20 at 99 %: five times what is allowed; of 100: once; of 500: 0.2. */
static void burn_is_counted_in_runs(void **state)
{
	CLEANUP(scene_release) struct scene scene = {0}, small = {0};
	const struct budget *budget = NULL;

	(void)state;
	promise(&scene, OBJECTIVE_RUNS, 10000);
	add_runs(&scene, "1F 489p 1F 9p");
	budget = reckon(&scene);
	assert_int_equal(budget->spans[0].events, 20);
	assert_int_equal(budget->spans[0].bad, 1);
	assert_near(budget->spans[0].burn, 5, 1e-9);
	assert_near(budget->spans[1].burn, 1, 1e-9);
	assert_int_equal(budget->spans[2].bad, 2);
	assert_near(budget->spans[2].burn, 0.4, 1e-9);
	assert_ptr_equal(budget_span_shown(budget), &budget->spans[1]);
	promise(&small, OBJECTIVE_RUNS, 10000);
	add_runs(&small, "19p");
	assert_null(budget_span_shown(reckon(&small)));
	add_runs(&small, "1F");
	budget = reckon(&small);
	assert_ptr_equal(budget_span_shown(budget), &budget->spans[0]);
	assert_int_equal(budget->spans[1].events, 0);
}

/* Without any run the density is that of the arc sine: 1 - 2/pi asin(sqrt(t)). The others by integrating it. */
static void odds(void **state)
{
	(void)state;
	assert_near(budget_odds(0, 0, 0.25), 2 / 3.0, 1e-9);
	assert_near(budget_odds(5, 20, 0.144), 0.905185261, 1e-8);
	assert_near(budget_odds(10, 100, 0.06), 0.945409995, 1e-8);
	assert_near(budget_odds(8, 500, 0.01), 0.904664767, 1e-8);
}

static void alerts(void **state)
{
	static const struct {
		const char *runs;
		int64_t allowed;
		enum budget_alert alert;
		size_t events;
		double burn;
	} rows[] = {
		{"500p", 10000, ALERT_OK, 0, 0},
		/* more than 14.4 % of the newest 20: from five on it is sure enough */
		{"15p 4F", 10000, ALERT_OK, 0, 0},
		{"16p 4F", 10000, ALERT_OK, 0, 0},
		{"15p 5F", 10000, ALERT_PAGE, 20, 14.4},
		/* but none of the newest five: it is over */
		{"10p 5F 5p", 10000, ALERT_OK, 0, 0},
		/* more than 6 % of the newest 100: from ten on */
		{"50p 7F 40p 1F 1p 1F", 10000, ALERT_WARN, 100, 1},
		{"50p 8F 40p 1F 1p 1F", 10000, ALERT_PAGE, 100, 6},
		{"49p 10F 41p", 10000, ALERT_WARN, 100, 1},
		/* more than 1 % of up to 500, from 100 on */
		{"98p 2F", 10000, ALERT_OK, 0, 0},
		{"97p 3F", 10000, ALERT_WARN, 100, 1},
		{"96p 3F", 10000, ALERT_OK, 0, 0},
		{"50p 7F 400p 1F 42p", 10000, ALERT_WARN, 500, 1},
		{"50p 6F 400p 1F 43p", 10000, ALERT_OK, 0, 0},
		{"50p 8F 442p", 10000, ALERT_OK, 0, 0},
		/* 5 % cannot be burned 14.4 times over: 52.5 % of 20 stand for it */
		{"7p 13F", 50000, ALERT_OK, 0, 0},
		{"6p 14F", 50000, ALERT_PAGE, 20, 10.5},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(scene_release) struct scene scene = {0};
		const struct budget *budget = NULL;

		promise(&scene, OBJECTIVE_RUNS, rows[i].allowed);
		add_runs(&scene, rows[i].runs);
		budget = reckon(&scene);
		if (budget->alert != rows[i].alert || budget->alert_events != rows[i].events) {
			fail_msg("%s: %s, %zu", rows[i].runs, budget_alert_name(budget->alert),
				 budget->alert_events);
		}
		assert_near(budget->alert_burn, rows[i].burn, 1e-9);
		assert_true((budget->alert_odds > 0.9) == (budget->alert != ALERT_OK));
	}
}

static void only_what_is_meant(void **state)
{
	CLEANUP(scene_release) struct scene scene = {0};
	struct objective *objective = promise(&scene, OBJECTIVE_RUNS, 10000);
	struct run_facts *runs = NULL;

	(void)state;
	add_runs(&scene, "10F");
	runs = scene.evidence.runs.items;
	assert_int_equal(reckon(&scene)->events, 10);
	objective->window_us = 3 * HOUR;
	assert_int_equal(reckon(&scene)->events, 3);
	objective->window_us = 28 * DAY;
	runs[9].started_us = UNTIL;
	assert_int_equal(reckon(&scene)->events, 9);
	mem_replace(&runs[0].job, "e2e");
	mem_replace(&runs[1].branch, "topic");
	mem_replace(&runs[2].branch, NULL);
	objective->job = mem_str("unit");
	assert_int_equal(reckon(&scene)->events, 8);
	objective->branch = mem_str("main");
	assert_int_equal(reckon(&scene)->events, 6);
	/* a wait of its own is no run */
	mem_replace(&runs[3].command, "");
	runs[3].outcome = RUN_PASSED;
	assert_int_equal(reckon(&scene)->events, 5);
	runs[3].roster = 1;
	assert_int_equal(reckon(&scene)->events, 6);
}

/* p95 is kept when 5 % are above at most. */
static void run_times(void **state)
{
	static const struct {
		int64_t minutes;
		enum run_outcome outcome;
		bool event, bad;
	} rows[] = {
		{10, RUN_PASSED, true, false},    {11, RUN_PASSED, true, true},
		{11, RUN_FAILED, true, true},     {-1, RUN_PASSED, false, false},
		{3, RUN_TIMEOUT, true, true},     {-1, RUN_TEARDOWN_HANG, true, true},
		{9, RUN_NOT_READY, false, false}, {1, RUN_CRASHED, true, false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(scene_release) struct scene scene = {0};
		const struct budget *budget = NULL;

		promise(&scene, OBJECTIVE_RUN_TIME, 50000)->limit_us = 10 * MINUTE;
		add_runs(&scene, "1X");
		scene.evidence.runs.items[0].outcome = rows[i].outcome;
		scene.evidence.runs.items[0].duration_us = rows[i].minutes * MINUTE;
		budget = reckon(&scene);
		if (budget->events != rows[i].event || budget->bad != rows[i].bad ||
		    budget->causes[CAUSE_SLOW] != rows[i].bad) {
			fail_msg("%s, %d minutes", run_outcome_name(rows[i].outcome),
				 (int)rows[i].minutes);
		}
	}
}

static struct wait *add_wait(struct scene *scene, const char *service, bool ready, int64_t seconds)
{
	struct wait *wait = &VEC_PUSH(&scene->evidence.waits)->wait;

	wait->service = mem_str(service);
	wait->ready = ready;
	wait->duration_us = seconds * US_PER_S;
	return wait;
}

static void waits(void **state)
{
	CLEANUP(scene_release) struct scene scene = {0};
	struct objective *objective = promise(&scene, OBJECTIVE_WAITS, 5000);
	const struct budget *budget = NULL;

	(void)state;
	add_runs(&scene, "1p");
	add_wait(&scene, "db:5432", true, 20);
	add_wait(&scene, "db:5432", true, 40);
	add_wait(&scene, "db:5432", false, 60);
	add_wait(&scene, "mq:5672", true, 31);
	add_wait(&scene, "db:5432", false, 60)->cancelled = true;
	add_wait(&scene, "db:5432", false, 60)->optional = true;
	budget = reckon(&scene);
	assert_int_equal(budget->events, 4);
	assert_int_equal(budget->bad, 1);
	assert_int_equal(budget->missing, 196);
	assert_int_equal(budget->causes[CAUSE_READINESS], 1);
	objective->service = mem_str("db:5432");
	assert_int_equal(reckon(&scene)->events, 3);
	objective->subject = OBJECTIVE_WAIT_TIME;
	objective->limit_us = 30 * US_PER_S;
	budget = reckon(&scene);
	assert_int_equal(budget->events, 3);
	assert_int_equal(budget->bad, 2);
	assert_int_equal(budget->causes[CAUSE_SLOW], 1);
}

/* 48 runs of two days; allowed are 0.48: each bad one takes 1/0.48 of it. */
static void the_budget_burns_down(void **state)
{
	CLEANUP(scene_release) struct scene scene = {0};
	const struct budget *budget = NULL;

	(void)state;
	promise(&scene, OBJECTIVE_RUNS, 10000);
	add_runs(&scene, "23p 1F 10p 14F");
	budget = reckon(&scene);
	assert_int_equal(budget->days.len, 2);
	assert_int_equal(budget->days.items[0].day, 20798);
	assert_near(budget->days.items[0].left, 1 - 1 / 0.48, 1e-9);
	assert_int_equal(budget->days.items[1].day, 20799);
	assert_near(budget->days.items[1].left, budget->left, 1e-9);
	/* a day without a run is there, too */
	scene.evidence.runs.items[0].started_us -= 3 * DAY;
	budget = reckon(&scene);
	assert_int_equal(budget->days.len, 5);
	assert_near(budget->days.items[1].left, 1, 1e-9);
}

static void the_worst_comes_first(void **state)
{
	CLEANUP(scene_release) struct scene scene = {0};

	(void)state;
	assert_null(budgets_worst(&scene.budgets));
	add_runs(&scene, "95p 5F");
	promise(&scene, OBJECTIVE_WAITS, 10000);
	reckon(&scene);
	assert_ptr_equal(budgets_worst(&scene.budgets), &scene.budgets.items[0]); /* alone */
	promise(&scene, OBJECTIVE_RUNS, 200000);
	reckon(&scene);
	assert_ptr_equal(budgets_worst(&scene.budgets), &scene.budgets.items[1]);
	promise(&scene, OBJECTIVE_RUNS, 100000); /* half of it left */
	reckon(&scene);
	assert_ptr_equal(budgets_worst(&scene.budgets), &scene.budgets.items[2]);
	promise(&scene, OBJECTIVE_RUNS, 40000); /* spent */
	promise(&scene, OBJECTIVE_RUNS, 300000);
	reckon(&scene);
	assert_ptr_equal(budgets_worst(&scene.budgets), &scene.budgets.items[3]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_left),
		cmocka_unit_test(whose_matter_it_was),
		cmocka_unit_test(burn_is_counted_in_runs),
		cmocka_unit_test(odds),
		cmocka_unit_test(alerts),
		cmocka_unit_test(only_what_is_meant),
		cmocka_unit_test(run_times),
		cmocka_unit_test(waits),
		cmocka_unit_test(the_budget_burns_down),
		cmocka_unit_test(the_worst_comes_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
