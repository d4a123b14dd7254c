/* SPDX-License-Identifier: Apache-2.0 */
#include "plan.h"

#include "base/hash.h"
#include "failure/signature.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define START_US      INT64_C(1767225600000000) /* 2026-01-01 */
#define DAY_US        INT64_C(86400000000)
#define RUN_US        INT64_C(600000000)
#define NOISES        4096
#define FRAMES        92
#define STACKS        8
#define TESTS_A_CLASS 25
#define PULLS         4  /* that are open at once, */
#define PULL_COMMITS  32 /* for so many commits of all */

enum draw { KIND, RATE, FAIL, BASE, NOISE, BREAKS, WHERE, WIDTH, FRAME, STACK, BRANCH, WAY };

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

static void name_test(struct result *result, size_t test)
{
	size_t class = test / TESTS_A_CLASS;

	result->test.class_name = mem_fmt("org.example.area%zu.Thing%zuTest", class % 40, class);
	result->test.name = mem_fmt("keepsTotalOfInput%zu", test);
	test_name_id(&result->test, result->id);
}

void plan_make(size_t tests, size_t runs_a_day, struct plan *out)
{
	*out = (struct plan){
		.tests = tests,
		.runs_a_day = runs_a_day,
		.results = mem_array(tests, sizeof(struct result)),
		.base_us = mem_array(tests, sizeof(double)),
		.flaky = mem_array(tests, sizeof(double)),
		.skipped = mem_array(tests, sizeof(bool)),
		.noise = mem_array(NOISES, sizeof(double)),
	};
	for (size_t i = 0; i < NOISES; i++) {
		out->noise[i] = exp(0.25 * gauss(NOISE, i, 0));
	}
	for (size_t i = 0; i < tests; i++) {
		double kind = uniform(KIND, i, 0), luck = uniform(RATE, i, 0);

		name_test(&out->results[i], i);
		out->base_us[i] = 30000 * exp(1.6 * gauss(BASE, i, 0));
		out->flaky[i] = kind < 0.01 ? 0.005 + 0.4 * luck * luck : 0;
		out->skipped[i] = kind > 0.986;
	}
}

void plan_release(struct plan *plan)
{
	for (size_t i = 0; i < plan->tests; i++) {
		result_release(&plan->results[i]);
	}
	free(plan->results);
	free(plan->base_us);
	free(plan->flaky);
	free(plan->skipped);
	free(plan->noise);
	*plan = (struct plan){0};
}

/* The second half of the frames is the stack's own. */
static char *stack_of(const char *head, size_t test, size_t stack)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(BUF_OWN_MAX);

	buf_fmt(&text, "%s\n", head);
	for (uint64_t i = 0; i < FRAMES; i++) {
		uint64_t at = draw(FRAME, test, i < FRAMES / 2 ? i : (stack + 1) * FRAMES + i);

		buf_fmt(&text, "\tat org.example.area%u.Thing%u.step%u(Thing%u.java:%u)\n",
			(unsigned)at % 40, (unsigned)(at >> 8) % 500, (unsigned)(at >> 20) % 90,
			(unsigned)(at >> 8) % 500, (unsigned)(at >> 40) % 900);
	}
	return buf_take(&text);
}

/* Of a flaky test the way is by chance, of a broken one by the commit. */
static struct failure *make_failure(size_t test, uint64_t cause)
{
	static const char *const types[] = {"java.net.ConnectException", "java.io.IOException",
					    "java.util.concurrent.TimeoutException",
					    "org.opentest4j.AssertionFailedError",
					    "java.lang.IllegalStateException"};
	static const char *const things[] = {"basket", "ledger",  "gateway", "planner",
					     "cache",  "session", "invoice", "catalogue"};
	static const char *const faults[] = {"is closed",        "has no such entry",
					     "did not answer",   "differs from what was sent",
					     "was changed here", "is not ready"};
	uint64_t way = draw(WAY, test, draw(STACK, test, cause) % 2);
	struct failure *failure = mem_alloc(sizeof(*failure));

	failure->type = mem_str(types[way % ARRAY_LEN(types)]);
	failure->message = mem_fmt("the %s of input %zu %s", things[way / 8 % ARRAY_LEN(things)],
				   test, faults[way / 64 % ARRAY_LEN(faults)]);
	failure->text = stack_of(failure->message, test, draw(STACK, test, cause) / 2 % STACKS);
	failure_sign(failure);
	return failure;
}

/* Whether the commit breaks things, and which block of tests. */
static bool find_broken(size_t commit, size_t tests, size_t *first, size_t *len)
{
	*first = (size_t)(uniform(WHERE, commit, 0) * (double)tests) % tests;
	*len = (size_t)(-110 * log(uniform(WIDTH, commit, 0)));
	return draw(BREAKS, commit, 0) % 10 < 3;
}

void plan_fill(struct plan *plan, size_t run, bool texts)
{
	size_t first, len, commit = run / PLAN_RUNS_A_COMMIT;
	bool breaks = find_broken(commit, plan->tests, &first, &len);
	uint64_t state = draw(NOISE, run, 1);

	for (size_t i = 0; i < plan->tests; i++) {
		struct result *result = &plan->results[i];
		bool broken = breaks && (i + plan->tests - first) % plan->tests < len;
		bool fails = plan->flaky[i] > 0 && uniform(FAIL, i, run) < plan->flaky[i];

		state = state * 6364136223846793005U + 1442695040888963407U;
		result->outcome = OUTCOME_PASSED;
		result->duration_us = (int64_t)(plan->base_us[i] * plan->noise[state >> 52]);
		if (plan->skipped[i]) {
			result->outcome = OUTCOME_SKIPPED;
			result->duration_us = 0;
		} else if (broken || fails) {
			result->outcome = OUTCOME_FAILED;
			result->failure = texts ? make_failure(i, broken ? commit : run) : NULL;
		}
	}
}

void plan_drop_failures(struct plan *plan)
{
	for (size_t i = 0; i < plan->tests; i++) {
		failure_free(plan->results[i].failure);
		plan->results[i].failure = NULL;
	}
}

static char *object_id(const char *kind, size_t commit)
{
	AUTO_FREE char *text = mem_fmt("%s %zu", kind, commit);
	char hex[HASH_HEX_MAX + 1];

	hash_hex(hash_bytes(text, strlen(text)), hex, HASH_HEX_MAX);
	return mem_fmt("%s%.8s", hex, hex);
}

/* 0: main; else one of the pull requests that are open then. */
static size_t line_of(size_t commit)
{
	uint64_t luck = draw(BRANCH, commit, 0) % (UINT64_C(2) * PULLS);

	return commit == 0 || luck >= PULLS ? 0 : (size_t)luck + 1;
}

static size_t pull_of(size_t commit)
{
	return commit / PULL_COMMITS * PULLS + line_of(commit);
}

/* The newest commit of the same line, and of a pull request's first one that of main. */
static size_t parent_of(size_t commit)
{
	size_t line = line_of(commit), start = commit / PULL_COMMITS * PULL_COMMITS;

	for (size_t at = commit; line > 0 && at > start; at--) {
		if (line_of(at - 1) == line) {
			return at - 1;
		}
	}
	for (commit--; line_of(commit) != 0;) {
		commit--;
	}
	return commit;
}

static void set_source(struct source *source, size_t commit)
{
	bool on_main = line_of(commit) == 0;

	source->commit = object_id("commit", commit);
	source->tree = object_id("tree", commit);
	source->branch = on_main ? mem_str("main") : mem_fmt("topic-%zu", pull_of(commit));
	source->pull_request = on_main ? NULL : mem_fmt("%zu", pull_of(commit));
	if (commit > 0) {
		strv_give(&source->parents, object_id("commit", parent_of(commit)));
	}
}

void plan_run(const struct plan *plan, size_t run, struct run *out)
{
	struct attempt *attempt = NULL;
	struct results_file *file = NULL;

	*out = (struct run){
		.imported = true,
		.started_us = START_US + (int64_t)run * DAY_US / (int64_t)plan->runs_a_day,
		.duration_us = RUN_US,
	};
	(void)snprintf(out->key, sizeof(out->key), "%zu", run);
	out->job = mem_str("unit");
	out->variant = mem_str("");
	set_source(&out->source, run / PLAN_RUNS_A_COMMIT);
	attempt = VEC_PUSH(&out->attempts);
	attempt->number = 1;
	attempt->started_us = out->started_us;
	attempt->duration_us = RUN_US;
	file = VEC_PUSH(&attempt->files);
	(void)snprintf(file->digest, sizeof(file->digest), "%032zx", run);
	file->path = mem_str("results.xml");
	file->time_us = RUN_US;
}
