/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes a history of many runs without a file of results, through the writer that `steady run` uses.
 *
 *	make_history FILE TESTS RUNS DAYS [FIRST [COUNT]]
 *
 * RUNS runs of TESTS tests are spread over DAYS days from 2026-01-01, three to a commit, of eight branches; of
 * these, COUNT from number FIRST on are recorded (all), many to a transaction. One test in a hundred is flaky,
 * at a rate of its own; three commits of ten break a block of about 110 tests; one test in seventy is always
 * skipped; durations are log-normal; failures say 6 KB, half of it new each time to one of 16 per test.
 * The same arguments give the same runs.
 */
#include "base/hash.h"
#include "base/mem.h"
#include "failure/signature.h"
#include "history/history.h"
#include "history/internal.h"
#include "history/record.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define START_US      INT64_C(1767225600000000) /* 2026-01-01 */
#define DAY_US        INT64_C(86400000000)
#define RUNS_A_COMMIT 3
#define BATCH         100
#define NOISES        4096
#define FRAMES        90
#define STACKS        16 /* a test fails in so many ways */

enum draw { KIND, RATE, FAIL, BASE, NOISE, BREAKS, WHERE, WIDTH, FRAME, STACK, BRANCH };

/* A hash of what it is for: nothing has to be drawn before it. */
static uint64_t draw(enum draw what, uint64_t a, uint64_t b)
{
	uint64_t x = (a << 32 | b) + (uint64_t)(what + 1) * 0x9e3779b97f4a7c15U;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9U;
	x = (x ^ x >> 27) * 0x94d049bb133111ebU;
	return x ^ x >> 31;
}

/* Above 0 and at most 1. */
static double uniform(enum draw what, uint64_t a, uint64_t b)
{
	return (double)((draw(what, a, b) >> 11) + 1) / 9007199254740992.0;
}

static double gauss(enum draw what, uint64_t a, uint64_t b)
{
	return sqrt(-2 * log(uniform(what, a, b))) * cos(2 * M_PI * uniform(what, b + 1, a));
}

/* What does not change from run to run. */
struct suite_plan {
	size_t tests;
	double *base_us;
	double noise[NOISES];
	double *flaky; /* how often it fails; 0: never by itself */
	bool *skipped;
	struct result *results;
};

static void plan_suite(struct suite_plan *plan, size_t tests)
{
	if (tests == 0) {
		fprintf(stderr, "make_history: a run without tests\n");
		exit(2);
	}
	*plan = (struct suite_plan){
		.tests = tests,
		.base_us = mem_array(tests, sizeof(double)),
		.flaky = mem_array(tests, sizeof(double)),
		.skipped = mem_array(tests, sizeof(bool)),
	};
	for (size_t i = 0; i < NOISES; i++) {
		plan->noise[i] = exp(0.25 * gauss(NOISE, i, 0));
	}
	for (size_t i = 0; i < tests; i++) {
		double kind = uniform(KIND, i, 0), luck = uniform(RATE, i, 0);

		plan->base_us[i] = 30000 * exp(1.6 * gauss(BASE, i, 0));
		plan->flaky[i] = kind < 0.01 ? 0.005 + 0.4 * luck * luck : 0;
		plan->skipped[i] = kind > 0.985;
	}
}

static void name_test(struct result *result, size_t test)
{
	size_t class = test / 25;

	result->test.class_name = mem_fmt("org.example.area%zu.Thing%zuTest", class % 40, class);
	result->test.name = mem_fmt("keepsTotalOfInput%zu", test);
	test_name_id(&result->test, result->id);
}

static char *stack_of(size_t test, size_t way)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	buf_str_add(&text, "java.lang.AssertionError: the totals differ\n");
	for (uint64_t i = 0; i < FRAMES; i++) {
		uint64_t at = draw(FRAME, test, i < FRAMES / 2 ? i : (way + 1) * FRAMES + i);

		buf_fmt(&text, "\tat org.example.area%u.Thing%u.step%u(Thing%u.java:%u)\n",
			(unsigned)at % 40, (unsigned)(at >> 8) % 500, (unsigned)(at >> 20) % 90,
			(unsigned)(at >> 8) % 500, (unsigned)(at >> 40) % 900);
	}
	return buf_take(&text);
}

static struct failure *make_failure(size_t test, size_t run)
{
	struct failure *failure = mem_alloc(sizeof(*failure));

	failure->type = mem_str("java.lang.AssertionError");
	failure->message = mem_fmt("the totals of input %zu differ", test);
	failure->text = stack_of(test, draw(STACK, test, run) % STACKS);
	failure_sign(failure);
	return failure;
}

/* Whether the commit breaks things, and which block of tests. */
static bool find_broken(size_t commit, size_t tests, size_t *first, size_t *len)
{
	*first = (size_t)(uniform(WHERE, commit, 0) * (double)tests);
	*len = (size_t)(-110 * log(uniform(WIDTH, commit, 0)));
	return draw(BREAKS, commit, 0) % 10 < 3;
}

static void fill_results(struct suite_plan *plan, size_t number)
{
	size_t first, len;
	bool breaks = find_broken(number / RUNS_A_COMMIT, plan->tests, &first, &len);
	uint64_t state = draw(NOISE, number, 1);

	for (size_t i = 0; i < plan->tests; i++) {
		struct result *result = &plan->results[i];
		bool broken = breaks && (i + plan->tests - first) % plan->tests < len;
		bool fails = plan->flaky[i] > 0 && uniform(FAIL, i, number) < plan->flaky[i];

		state = state * 6364136223846793005U + 1442695040888963407U;
		result->outcome = OUTCOME_PASSED;
		result->duration_us = (int64_t)(plan->base_us[i] * plan->noise[state >> 52]);
		if (plan->skipped[i]) {
			result->outcome = OUTCOME_SKIPPED;
			result->duration_us = 0;
		} else if (broken || fails) {
			result->outcome = OUTCOME_FAILED;
			result->failure = make_failure(i, number);
		}
	}
}

static bool drop_failures(struct suite_plan *plan)
{
	bool any = false;

	for (size_t i = 0; i < plan->tests; i++) {
		any = any || plan->results[i].failure;
		failure_free(plan->results[i].failure);
		plan->results[i].failure = NULL;
	}
	return any;
}

static char *object_id(const char *kind, size_t commit)
{
	AUTO_FREE char *text = mem_fmt("%s %zu", kind, commit);
	char hex[HASH_HEX_MAX + 1];

	hash_hex(hash_bytes(text, strlen(text)), hex, HASH_HEX_MAX);
	return mem_fmt("%s%.8s", hex, hex);
}

static void set_source(struct run *run, size_t commit)
{
	static const char *const branches[] = {"main",    "main",    "main",    "main",
					       "topic-1", "topic-2", "topic-3", "topic-4"};

	run->source.commit = object_id("commit", commit);
	run->source.tree = object_id("tree", commit);
	run->source.branch = mem_str(branches[draw(BRANCH, commit, 0) % ARRAY_LEN(branches)]);
	if (commit > 0) {
		strv_give(&run->source.parents, object_id("commit", commit - 1));
	}
}

static int record(struct history *history, struct suite_plan *plan, size_t number,
		  int64_t started_us, struct err *err)
{
	CLEANUP(run_release)
	struct run run = {.imported = true, .started_us = started_us, .duration_us = 600000000};
	struct attempt *attempt = VEC_PUSH(&run.attempts);
	struct results_file *file = VEC_PUSH(&attempt->files);
	int done;

	fill_results(plan, number);
	snprintf(run.key, sizeof(run.key), "%zu", number);
	run.job = mem_str("unit");
	run.variant = mem_str("");
	set_source(&run, number / RUNS_A_COMMIT);
	attempt->number = 1;
	attempt->started_us = started_us;
	attempt->duration_us = run.duration_us;
	snprintf(file->digest, sizeof(file->digest), "%032zx", number);
	file->path = mem_str("results.xml");
	file->time_us = run.duration_us;
	file->results.items = plan->results;
	file->results.len = file->results.cap = plan->tests;
	run.outcome = RUN_PASSED;
	for (size_t i = 0; i < plan->tests; i++) {
		run.outcome = plan->results[i].failure ? RUN_FAILED : run.outcome;
	}
	done = record_run(&history->db, &run, err);
	/* the results are the plan's */
	file->results.items = NULL;
	file->results.len = file->results.cap = 0;
	drop_failures(plan);
	return done;
}

struct order {
	size_t runs, first, count;
	int64_t step_us;
};

static int record_batch(struct history *history, struct suite_plan *plan, const struct order *order,
			size_t from, struct err *err)
{
	CLEANUP(tx_end) struct tx tx = {0};
	size_t end = order->first + order->count;

	if (tx_begin(&tx, &history->db, TX_WRITE, err) < 0) {
		return -1;
	}
	for (size_t i = from; i < end && i < from + BATCH; i++) {
		if (record(history, plan, i, START_US + (int64_t)i * order->step_us, err) < 0) {
			return -1;
		}
	}
	return tx_commit(&tx, err);
}

static int make(const char *path, struct suite_plan *plan, const struct order *order,
		struct err *err)
{
	struct history *history = NULL;
	int done = history_open(path, HISTORY_WRITE, &history, err);

	for (size_t i = 0; i < order->count && done == 0; i += BATCH) {
		done = record_batch(history, plan, order, order->first + i, err);
	}
	history_close(history);
	return done;
}

static size_t number(const char *text)
{
	char *end = NULL;
	unsigned long value;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno || end == text || *end || value >= UINT32_MAX) {
		fprintf(stderr, "make_history: not such a number: %s\n", text);
		exit(2);
	}
	return value;
}

int main(int argc, char **argv)
{
	struct suite_plan plan;
	struct order order = {0};
	struct err err = ERR_INIT;
	int done;

	if (argc < 5 || argc > 7) {
		fprintf(stderr, "usage: make_history FILE TESTS RUNS DAYS [FIRST [COUNT]]\n");
		return 2;
	}
	plan_suite(&plan, number(argv[2]));
	order.runs = number(argv[3]);
	order.step_us = (int64_t)number(argv[4]) * DAY_US / (int64_t)(order.runs ? order.runs : 1);
	order.first = argc > 5 ? number(argv[5]) : 0;
	order.count = argc > 6 ? number(argv[6]) : order.runs - order.first;
	plan.results = mem_array(plan.tests, sizeof(*plan.results));
	for (size_t i = 0; i < plan.tests; i++) {
		name_test(&plan.results[i], i);
	}
	done = make(argv[1], &plan, &order, &err);
	for (size_t i = 0; i < plan.tests; i++) {
		result_release(&plan.results[i]);
	}
	free(plan.results);
	free(plan.base_us);
	free(plan.flaky);
	free(plan.skipped);
	if (done < 0) {
		fprintf(stderr, "make_history: %s\n", err.msg);
	}
	return done < 0 ? 1 : 0;
}
