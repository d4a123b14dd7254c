/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "analyze/flakes.h"
#include "analyze/judging.h"
#include "base/share.h"
#include "rosters.h"

#include <stdio.h>

/* Enough that several threads have a part in it. */
#define TESTS ((size_t)1500)
#define RUNS  120

static unsigned next(uint64_t *state, unsigned below)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return (unsigned)(*state >> 33) % below;
}

static void make_runs(struct evidence *out)
{
	static const char *const variants[] = {"", "", "os=b"};

	for (size_t i = 0; i < RUNS; i++) {
		struct run_facts *run = VEC_PUSH(&out->runs);

		run->key = mem_fmt("%zu", i);
		run->job = mem_str("unit");
		run->variant = mem_str(variants[i % ARRAY_LEN(variants)]);
		run->command = mem_str("");
		run->commit = mem_fmt("%zu", i / 3);
		run->source = mem_fmt("%zu", i / 3);
		run->branch = mem_str(i % 10 == 0 ? "next" : "main");
		run->outcome = RUN_FAILED;
		run->tests = TESTS * 5;
		run->started_us = (int64_t)(i + 1) * 1000000;
		run->duration_us = 60000000;
	}
}

/* Some fail by chance, some broke with others, and some of those are not in all runs. */
static bool fails(size_t test, size_t run, uint64_t *state)
{
	if (test % 5 == 0) {
		return run / 3 % 30 == test % 30 || run / 3 % 30 == test % 30 + 1;
	}
	if (test % 50 == 1) {
		return run >= RUNS - 9;
	}
	return next(state, 100) < 10 + test % 50;
}

static void make_observations(struct evidence *out)
{
	uint64_t state = 88172645463325252U;

	for (size_t test = 0; test < TESTS; test++) {
		for (size_t run = 0; run < RUNS; run++) {
			bool ran = test % 7 > 0 || run > test % 11;

			if (ran) {
				rosters_note_ran(out, test, run);
			}
			if (ran && fails(test, run, &state)) {
				*VEC_PUSH(&out->observations) = (struct observation){
					.run = run,
					.test = test,
					.first = OUTCOME_FAILED,
					.passed_retry = next(&state, 100) == 0,
					.duration_us = -1,
					.has_signature = true,
					.signature = test * 3 + next(&state, 3),
				};
			}
		}
	}
}

static void make(struct evidence *out)
{
	make_runs(out);
	for (size_t i = 0; i < TESTS; i++) {
		struct test_facts *test = VEC_PUSH(&out->tests);

		(void)snprintf(test->id, sizeof(test->id), "%032zx", i);
		test->name.class_name = mem_fmt("Class%zu", i % 13);
		test->name.name = mem_fmt("name%zu", i * 7919 % TESTS);
	}
	for (size_t i = 0; i < 3 * TESTS; i++) {
		struct signature_facts *signature = VEC_PUSH(&out->signatures);

		(void)snprintf(signature->id, sizeof(signature->id), "%016zx", i % 5);
		signature->example = mem_fmt("example %zu", i % 5);
	}
	rosters_make(out);
	make_observations(out);
	assert_true(out->observations.len > 2 * WORK_LEAST);
}

static void same_signatures(const struct signature_list *a, const struct signature_list *b)
{
	assert_int_equal(a->len, b->len);
	for (size_t i = 0; i < a->len; i++) {
		assert_int_equal(a->items[i].signature, b->items[i].signature);
		assert_int_equal(a->items[i].count, b->items[i].count);
	}
}

/* To the last bit. */
static void same_number(double a, double b)
{
	assert_memory_equal(&a, &b, sizeof(a));
}

static void same_judgement(const struct test_judgement *a, const struct test_judgement *b)
{
	assert_int_equal(a->test, b->test);
	assert_ptr_equal(a->job, b->job);
	assert_ptr_equal(a->variant, b->variant);
	assert_int_equal(a->state, b->state);
	same_number(a->probability, b->probability);
	same_number(a->rate.low, b->rate.low);
	same_number(a->rate.high, b->rate.high);
	assert_int_equal(a->failures, b->failures);
	assert_int_equal(a->disagreeing_sources, b->disagreeing_sources);
	assert_int_equal(a->streak, b->streak);
	assert_int_equal(a->onset.known, b->onset.known);
	assert_int_equal(a->onset.at, b->onset.at);
	assert_int_equal(a->mended.at, b->mended.at);
	assert_int_equal(a->only_here, b->only_here);
	assert_int_equal(a->group, b->group);
	same_number(a->minutes_lost, b->minutes_lost);
	same_number(a->recent, b->recent);
	assert_int_equal(a->false_reds, b->false_reds);
	same_signatures(&a->signatures, &b->signatures);
}

/* However many threads judge, the same comes of it. */
static void threads_change_nothing(void **state)
{
	CLEANUP(evidence_release) struct evidence evidence = {0};
	CLEANUP(flake_report_release) struct flake_report alone = {0}, shared = {0};

	(void)state;
	make(&evidence);
	analyze_flakes(&evidence, NULL, &alone);
	share_allow(4);
	analyze_flakes(&evidence, NULL, &shared);
	share_allow(1);
	assert_true(alone.count[STATE_FLAKY] > 100 && alone.count[STATE_BROKEN] > 10);
	assert_true(alone.groups.len > 0);
	assert_int_equal(alone.tests.len, shared.tests.len);
	for (size_t i = 0; i < alone.tests.len; i++) {
		same_judgement(&alone.tests.items[i], &shared.tests.items[i]);
	}
	assert_int_equal(alone.groups.len, shared.groups.len);
	for (size_t i = 0; i < alone.groups.len; i++) {
		assert_int_equal(alone.groups.items[i].runs, shared.groups.items[i].runs);
		assert_int_equal(alone.groups.items[i].tests, shared.groups.items[i].tests);
	}
	assert_int_equal(alone.runs_failed_by_flakes, shared.runs_failed_by_flakes);
	same_number(alone.minutes_lost, shared.minutes_lost);
}

static const struct test_judgement *same_lane_of(const struct flake_report *report,
						 const struct test_judgement *test)
{
	VEC_EACH (const struct test_judgement, other, &report->tests) {
		if (other->test == test->test && other->job == test->job &&
		    other->variant == test->variant) {
			return other;
		}
	}
	return NULL;
}

/* A test is judged by itself: without the others it comes to the same. */
static void some_are_judged_as_among_all(void **state)
{
	CLEANUP(evidence_release) struct evidence evidence = {0};
	CLEANUP(flake_report_release) struct flake_report all = {0}, some = {0};
	bool marked[TESTS] = {false};
	size_t count = 0;

	(void)state;
	make(&evidence);
	for (size_t i = 0; i < TESTS; i += 7) {
		marked[i] = true;
	}
	analyze_flakes(&evidence, NULL, &all);
	analyze_some_tests(&evidence, NULL, marked, &some);
	VEC_EACH (const struct test_judgement, test, &all.tests) {
		count += marked[test->test];
	}
	assert_int_equal(some.tests.len, count);
	VEC_EACH (const struct test_judgement, test, &some.tests) {
		const struct test_judgement *other = same_lane_of(&all, test);

		if (!other) {
			fail_msg("test %zu is judged by itself alone", test->test);
			continue;
		}
		assert_int_equal(test->state, other->state);
		assert_int_equal(test->failures, other->failures);
		assert_int_equal(test->broken_now, other->broken_now);
		same_number(test->probability, other->probability);
		same_number(test->rate.mean, other->rate.mean);
		same_signatures(&test->signatures, &other->signatures);
	}
	assert_memory_equal(all.left_out, some.left_out, RUNS * sizeof(*all.left_out));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_change_nothing),
		cmocka_unit_test(some_are_judged_as_among_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
