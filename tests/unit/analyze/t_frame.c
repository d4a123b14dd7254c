/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "analyze/analysis.h"
#include "analyze/presence.h"

#include <stdio.h>

#define TESTS     8
#define RUNS      120
#define HISTORIES 60

/*
 * Whatever other tests there are, a test is judged by its own record: among others, of which some ran in the same
 * runs and some in others, and with nothing but a test that always passes beside it.
 */
struct random_history {
	uint64_t state;
	char results[TESTS][RUNS + 1]; /* letters of history.h */
	char before[RUNS][8], after[RUNS][24];
	bool service_down[TESTS][RUNS];
};

static unsigned next(struct random_history *history, unsigned below)
{
	history->state ^= history->state << 13;
	history->state ^= history->state >> 7;
	history->state ^= history->state << 17;
	return (unsigned)(history->state >> 33) % below;
}

static void make_run(struct random_history *history, size_t run)
{
	static const char *const lanes[] = {"", "", "", "@win", "%os=b"};
	unsigned kind = next(history, 12);

	(void)snprintf(history->before[run], sizeof(history->before[run]), "%c:",
		       kind == 0   ? '!'
		       : kind == 1 ? '-'
				   : (char)('A' + run / 3 % 50));
	(void)snprintf(history->after[run], sizeof(history->after[run]), "%s",
		       lanes[next(history, ARRAY_LEN(lanes))]);
	if (next(history, 3) == 0) {
		size_t len = strlen(history->after[run]);

		(void)snprintf(history->after[run] + len, sizeof(history->after[run]) - len, "#%u",
			       (unsigned)run / 10 + next(history, 2));
	}
}

/* Never three failures in one run: so many might be an incident, which is not one test's own. */
static void make_history(struct random_history *history, uint64_t seed)
{
	*history = (struct random_history){.state = seed * 0x9e3779b97f4a7c15U + 1};
	for (size_t run = 0; run < RUNS; run++) {
		unsigned bad = 0;

		make_run(history, run);
		for (size_t test = 0; test < TESTS; test++) {
			bool absent =
				(test % 3 == 1 && run < 40) || (test % 3 == 2 && run % 7 == 0);
			bool fails = next(history, 100) < 3 * test || (test == 5 && run > 100);

			fails = fails && !absent && bad++ < 2;
			history->results[test][run] = absent  ? '.'
						      : fails ? "FFVEX"[next(history, 5)]
							      : 'P';
			/* rarely, so that some tests are looked at in the same runs, and some not */
			history->service_down[test][run] = next(history, 100) == 0;
		}
	}
}

/* Of all tests, or of that one and one that always passes. */
static struct analysis analyse_some(const struct random_history *history, size_t only)
{
	CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);
	struct analysis analysis = {0};

	for (size_t run = 0; run < RUNS; run++) {
		buf_fmt(&line, "%s%s", run ? " " : "", history->before[run]);
		for (size_t test = 0; test < TESTS; test++) {
			if (only == NO_INDEX || only == test) {
				buf_char(&line, history->results[test][run]);
			}
		}
		buf_fmt(&line, "P%s", history->after[run]);
	}
	history_make(&analysis.evidence, buf_str(&line));
	VEC_EACH (struct observation, seen, &analysis.evidence.observations) {
		size_t test = only == NO_INDEX ? seen->test : only;

		seen->service_down = history->service_down[test][seen->run];
		/* as a history has it: on the roster is what ran, whatever came of it */
		rosters_note_ran(&analysis.evidence, seen->test, seen->run);
	}
	analyze_flakes(&analysis.evidence, NULL, &analysis.report);
	return analysis;
}

static bool is_close(double a, double b)
{
	return a - b < 1e-9 && b - a < 1e-9;
}

static bool is_same_change(const struct change *a, const struct change *b)
{
	return a->known == b->known && (!a->known || (a->after == b->after && a->at == b->at));
}

static void compare(const struct test_judgement *a, const struct test_judgement *b)
{
	assert_int_equal(a->state, b->state);
	assert_true(is_close(a->probability, b->probability));
	assert_true(is_close(a->rate.low, b->rate.low) && is_close(a->rate.high, b->rate.high));
	assert_int_equal(a->runs, b->runs);
	assert_int_equal(a->failures, b->failures);
	assert_int_equal(a->flaky_runs, b->flaky_runs);
	assert_int_equal(a->disagreeing_sources, b->disagreeing_sources);
	assert_int_equal(a->streak, b->streak);
	assert_int_equal(a->pull_requests, b->pull_requests);
	assert_true(is_same_change(&a->onset, &b->onset));
	assert_true(is_same_change(&a->mended, &b->mended));
	assert_true(is_same_change(&a->worse, &b->worse));
	assert_int_equal(a->only_here, b->only_here);
	assert_int_equal(a->only_branch == NULL, b->only_branch == NULL);
	assert_int_equal(a->is_new, b->is_new);
	assert_int_equal(a->absent, b->absent);
}

static void compare_alone(const struct random_history *history, const struct test_judgement *test)
{
	CLEANUP(analysis_release) struct analysis alone = analyse_some(history, test->test);
	size_t found = 0;

	VEC_EACH (const struct test_judgement, own, &alone.report.tests) {
		if (own->test == 0 && str_eq(own->job, test->job) &&
		    str_eq(own->variant, test->variant)) {
			compare(test, own);
			found++;
		}
	}
	assert_int_equal(found, 1);
}

static void alone_and_among_others(void **state)
{
	size_t states[STATE_COUNT] = {0};

	(void)state;
	for (uint64_t seed = 1; seed <= HISTORIES; seed++) {
		struct random_history history;
		CLEANUP(analysis_release) struct analysis all = {0};

		make_history(&history, seed);
		all = analyse_some(&history, NO_INDEX);
		assert_int_equal(all.report.mass.len, 0);
		VEC_EACH (const struct test_judgement, test, &all.report.tests) {
			states[test->state]++;
			compare_alone(&history, test);
		}
	}
	assert_true(states[STATE_FLAKY] > 100 && states[STATE_BROKEN] > 10);
	assert_true(states[STATE_FIXED] > 1 && states[STATE_UNDECIDED] > 100);
}

/* What lies far from a failure is left out, but not what is right beside it. */
static void spans_begin_beside_failures(void **state)
{
	CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);
	struct analysis analysis = {0};
	const struct test_judgement *test = NULL;

	(void)state;
	for (unsigned run = 0; run < 50; run++) {
		bool broken = run >= 20 && run < 23;

		buf_fmt(&line, "%s%c:%c", run ? " " : "", (char)('0' + run), broken ? 'F' : 'P');
	}
	analysis = analyse(buf_str(&line));
	test = judged(&analysis, 0, "unit");
	assert_int_equal(test->state, STATE_FIXED);
	assert_int_equal(test->onset.after, 19);
	assert_int_equal(test->onset.at, 20);
	assert_int_equal(test->mended.after, 22);
	assert_int_equal(test->mended.at, 23);
	analysis_release(&analysis);
}

/* Each roster splits what was alike before it. */
static void kinds_of_presence(void **state)
{
	CLEANUP(analysis_release)
	struct analysis analysis = analyse("A:PP.P B:PPPP C:P..P D:PPP.");
	AUTO_FREE size_t *kinds = presence_kinds(&analysis.evidence);

	(void)state;
	for (size_t a = 0; a < 4; a++) {
		for (size_t b = 0; b < 4; b++) {
			assert_int_equal(kinds[a] == kinds[b],
					 evidence_ran_alike(&analysis.evidence, a, b));
		}
	}
	assert_int_equal(kinds[0] == kinds[1], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(alone_and_among_others),
		cmocka_unit_test(spans_begin_beside_failures),
		cmocka_unit_test(kinds_of_presence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
