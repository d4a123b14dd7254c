/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/analysis.h"
#include "base/buf.h"
#include "rosters.h"

#include <math.h>

/* How words like "A:FP@job" become a history: history.h. */

struct verdict_row {
	const char *why;
	const char *history;
	enum test_state state;
	size_t runs, failures, flaky_runs, sources, streak;
};

static const struct verdict_row verdicts[] = {
	{"verified retry", "A:P B:V C:P", STATE_FLAKY, 3, 1, 1, 1, 0},
	{"verified retry, dirty", "!:V", STATE_FLAKY, 1, 1, 1, 0, 0},
	{"verified retry, unknown", "-:V -:P", STATE_FLAKY, 2, 1, 1, 0, 0},
	{"one source, both ways", "A:F A:P", STATE_FLAKY, 2, 1, 0, 1, 0},
	{"the pass came first", "A:P A:F", STATE_FLAKY, 2, 1, 0, 1, 1},
	{"an error is a failure", "A:E A:P", STATE_FLAKY, 2, 1, 0, 1, 0},
	{"source seen again later", "A:P B:P A:F C:P", STATE_FLAKY, 4, 1, 0, 1, 0},
	{"only failing runs count", "A:P A:P A:P A:F A:P", STATE_FLAKY, 5, 1, 0, 1, 0},
	{"sources are counted once", "A:P A:F A:V B:F B:P", STATE_FLAKY, 5, 3, 1, 2, 0},
	{"the file tells of tries", "A:X B:P", STATE_FLAKY, 2, 1, 1, 1, 0},
	{"flaky and red now", "A:V B:F C:F", STATE_FLAKY, 3, 3, 1, 1, 2},
	{"dirty equals nothing", "!:F !:P", STATE_UNDECIDED, 2, 1, 0, 0, 0},
	{"unknown equals nothing", "-:F -:P", STATE_UNDECIDED, 2, 1, 0, 0, 0},
	{"broken", "A:P B:P C:F D:F", STATE_BROKEN, 4, 2, 0, 0, 2},
	{"broken on one source", "A:P B:F B:F B:F", STATE_BROKEN, 4, 3, 0, 0, 3},
	{"broken from the start", "A:F", STATE_BROKEN, 1, 1, 0, 0, 1},
	{"broken, unknown content", "-:P -:F", STATE_BROKEN, 2, 1, 0, 0, 1},
	{"broken, then fixed", "A:F B:F C:P", STATE_FIXED, 3, 2, 0, 0, 0},
	{"re-run red, then fixed", "A:P B:F B:F C:P", STATE_FIXED, 4, 2, 0, 0, 0},
	{"failed once, then passed", "A:P B:F C:P", STATE_UNDECIDED, 3, 1, 0, 0, 0},
	{"five times alone",
	 "A:P B:P C:F D:P E:P F:P G:F H:P I:P J:P K:F L:P M:F N:P O:P P:F Q:P R:P S:P T:P U:P V:P",
	 STATE_FLAKY, 22, 5, 0, 0, 0},
	{"twice alone", "A:P B:P C:F D:P E:P F:P G:F H:P I:P J:P K:P", STATE_UNDECIDED, 11, 2, 0, 0,
	 0},
	{"while somebody works on it", "A:P B:F C:F D:P E:F F:F G:P", STATE_FIXED, 7, 4, 0, 0, 0},
	{"broken, fixed, broken", "A:F B:P C:F", STATE_BROKEN, 3, 2, 0, 0, 1},
	{"always passed", "A:P A:P B:P", STATE_OTHER, 3, 0, 0, 0, 0},
	{"cancelled says nothing", "A:P A:F/c B:F/c", STATE_OTHER, 1, 0, 0, 0, 0},
	{"not ready says nothing", "A:P A:F/n", STATE_OTHER, 1, 0, 0, 0, 0},
	{"our fault says nothing", "A:P A:V/e", STATE_OTHER, 1, 0, 0, 0, 0},
	{"a timed-out run does", "A:P A:F/t", STATE_FLAKY, 2, 1, 0, 1, 1},
	{"a skip is no pass", "A:F A:S", STATE_BROKEN, 1, 1, 0, 0, 1},
	{"a skip ends no streak", "A:P B:F C:S", STATE_BROKEN, 2, 1, 0, 0, 1},
	{"edited content is not broken", "A:P !:F !:F", STATE_UNDECIDED, 3, 2, 0, 0, 0},
	{"a pull request that passes mends nothing", "A:P B:F C:F D:F E:P#1", STATE_BROKEN, 5, 3, 0,
	 0, 3},
	{"absent is no pass", "A:F A:.", STATE_BROKEN, 1, 1, 0, 0, 1},
};

static void test_verdicts(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(verdicts); i++) {
		const struct verdict_row *row = &verdicts[i];
		CLEANUP(analysis_release) struct analysis analysis = analyse(row->history);
		const struct test_judgement *got = judged(&analysis, 0, "unit");

		if (got->state != row->state || got->runs != row->runs ||
		    got->failures != row->failures || got->flaky_runs != row->flaky_runs ||
		    got->disagreeing_sources != row->sources || got->streak != row->streak) {
			fail_msg("%s: %s, %zu of %zu, flaky runs %zu, sources %zu, streak %zu",
				 row->why, test_state_name(got->state), got->failures, got->runs,
				 got->flaky_runs, got->disagreeing_sources, got->streak);
		}
		assert_int_equal(analysis.report.count[STATE_FLAKY], row->state == STATE_FLAKY);
		assert_int_equal(analysis.report.count[STATE_BROKEN], row->state == STATE_BROKEN);
	}
}

static void test_only_skipped_is_not_listed(void **state)
{
	CLEANUP(analysis_release) struct analysis analysis = analyse("A:S A:S B:S");

	(void)state;
	assert_int_equal(analysis.report.tests.len, 0);
}

static void test_nothing_at_all(void **state)
{
	CLEANUP(analysis_release) struct analysis analysis = analyse("");

	(void)state;
	assert_int_equal(analysis.report.tests.len, 0);
	assert_int_equal(analysis.report.services.len, 0);
}

/* The same content in another job or variant is another experiment. */
static void test_lanes_are_apart(void **state)
{
	CLEANUP(analysis_release) struct analysis jobs = analyse("A:P@unit A:F@slow A:P@unit");
	CLEANUP(analysis_release) struct analysis variants = analyse("A:P%os=a A:F%os=b");
	CLEANUP(analysis_release) struct analysis glued = analyse("A:P@ab%c A:F@a%bc");

	(void)state;
	assert_int_equal(jobs.report.count[STATE_FLAKY], 0);
	assert_int_equal(judged(&jobs, 0, "unit")->state, STATE_OTHER);
	assert_int_equal(judged(&jobs, 0, "unit")->runs, 2);
	assert_int_equal(judged(&jobs, 0, "slow")->state, STATE_BROKEN);
	assert_int_equal(variants.report.count[STATE_FLAKY], 0);
	assert_string_equal(variants.report.tests.items[0].variant, "os=b");
	assert_int_equal(glued.report.count[STATE_FLAKY], 0);
	assert_int_equal(glued.report.tests.len, 2);
}

static void test_facts_of_failures(void **state)
{
	CLEANUP(analysis_release)
	struct analysis analysis = analyse("A:P B:V#7~b C:F#8~a D:P#9 E:F#7~b F:F~b G:F#8");
	const struct test_judgement *test = judged(&analysis, 0, "unit");

	(void)state;
	assert_int_equal(test->first_failure, 1);
	assert_int_equal(test->last_failure, 6);
	assert_int_equal(test->streak, 2);
	assert_int_equal(test->streak_start, 2);
	assert_int_equal(test->pull_requests, 2);
	assert_int_equal(test->signatures.len, 2);
	assert_int_equal(test->signatures.items[0].count, 3);
	assert_string_equal(
		analysis.evidence.signatures.items[test->signatures.items[0].signature].example,
		"b went wrong");
	assert_int_equal(test->signatures.items[1].count, 1);
}

/* Marks of one test must not leak into the next. */
static void test_neighbours_are_apart(void **state)
{
	CLEANUP(analysis_release)
	struct analysis analysis = analyse("A:PFP#1~x A:PFV#1~x B:FPP#1~x");

	(void)state;
	assert_int_equal(judged(&analysis, 0, "unit")->state, STATE_BROKEN);
	assert_int_equal(judged(&analysis, 0, "unit")->disagreeing_sources, 0);
	assert_int_equal(judged(&analysis, 0, "unit")->pull_requests, 1);
	assert_int_equal(judged(&analysis, 0, "unit")->signatures.len, 1);
	assert_int_equal(judged(&analysis, 1, "unit")->state, STATE_FIXED);
	assert_int_equal(judged(&analysis, 1, "unit")->failures, 2);
	assert_int_equal(judged(&analysis, 1, "unit")->signatures.items[0].count, 2);
	assert_int_equal(judged(&analysis, 2, "unit")->state, STATE_FLAKY);
}

static void test_rates(void **state)
{
	CLEANUP(analysis_release) struct analysis flaky = analyse("A:P A:F A:P A:P");
	CLEANUP(analysis_release) struct analysis retried = analyse("A:V");
	CLEANUP(analysis_release) struct analysis broken = analyse("A:P B:F C:P D:F E:F F:F");
	struct rate want = beta_rate_of(&prior_default, &(struct rate_part){1, 1, 4}, 1);

	(void)state;
	assert_true(fabs(flaky.report.tests.items[0].rate.mean - want.mean) < 1e-9);
	assert_true(flaky.report.tests.items[0].probability > 0.95);
	assert_true(retried.report.tests.items[0].probability > 0.95);
	assert_int_equal(retried.report.tests.items[0].runs, 1);
	/* Only the block of failures at the end says how a broken test behaves. */
	want = beta_rate_any(&prior_default, 3, 3);
	assert_true(fabs(broken.report.tests.items[0].rate.mean - want.mean) < 1e-9);
	assert_true(broken.report.tests.items[0].probability < 0.5);
	assert_int_equal(broken.report.tests.items[0].failures, 4);
}

static void cost(struct analysis *analysis, size_t run, int minutes, int retry_minutes)
{
	struct run_facts *facts = &analysis->evidence.runs.items[run];

	facts->duration_us = minutes < 0 ? -1 : minutes * RUN_MINUTE;
	facts->retry_us = retry_minutes * RUN_MINUTE;
}

static void test_minutes_lost(void **state)
{
	/* t0 and t1 are flaky, t2 is broken from run 3 on. */
	CLEANUP(analysis_release)
	struct analysis analysis = analyse("A:VPP A:FFP/f A:PFP/f B:FPF/f C:PPF/f");

	(void)state;
	cost(&analysis, 0, 10, 2); /* green after retries: t0 cost two minutes */
	cost(&analysis, 1, 8, 3);  /* red through both: the eight hold the three */
	cost(&analysis, 2, -1, 1); /* red through t1; test times are all that is known */
	cost(&analysis, 3, 20, 4); /* red also through t2: only the retries are lost, to t0 */
	cost(&analysis, 4, 30, 5); /* no flaky test failed: nothing is lost */
	analysis.evidence.runs.items[2].tests_us = 2 * RUN_MINUTE;
	analyse_again(&analysis);
	assert_int_equal(judged(&analysis, 2, "unit")->state, STATE_BROKEN);
	assert_true(fabs(judged(&analysis, 0, "unit")->minutes_lost - (2 + 4 + 4)) < 1e-9);
	assert_true(fabs(judged(&analysis, 1, "unit")->minutes_lost - (4 + 3)) < 1e-9);
	assert_true(fabs(judged(&analysis, 2, "unit")->minutes_lost) < 1e-9);
	assert_true(fabs(analysis.report.minutes_lost - 17) < 1e-9);
	assert_int_equal(analysis.report.runs_failed_by_flakes, 2);
}

/* Times as only a forged history has them overflow nothing. */
static void test_absurd_times(void **state)
{
	CLEANUP(analysis_release) struct analysis analysis = analyse("A:F/f A:P B:F/f");

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		analysis.evidence.runs.items[i].retry_us = INT64_MAX;
		analysis.evidence.runs.items[i].duration_us = i ? INT64_MAX : INT64_MIN;
		analysis.evidence.runs.items[i].tests_us = INT64_MAX;
	}
	analyse_again(&analysis);
	assert_true(isfinite(analysis.report.minutes_lost));
}

static void test_order(void **state)
{
	/* t0: one retry; t1: two; t2: one that cost time; t3, t4 broken, t4 longer; t5, t6 fine, and not listed. */
	CLEANUP(analysis_release)
	struct analysis analysis = analyse("A:PVPPPPP A:PPVPPPP B:VPPPFPP C:PVPFFPP");
	static const size_t want[] = {2, 1, 0, 4, 3};

	(void)state;
	analysis.evidence.runs.items[1].retry_us = RUN_MINUTE;
	analyse_again(&analysis);
	assert_int_equal(analysis.report.count[STATE_FLAKY], 3);
	assert_int_equal(analysis.report.count[STATE_BROKEN], 2);
	assert_int_equal(analysis.report.tests.len, ARRAY_LEN(want));
	for (size_t i = 0; i < ARRAY_LEN(want); i++) {
		assert_int_equal(analysis.report.tests.items[i].test, want[i]);
	}
}

/* Flaky for long, and then much more so: since when is told, and it is no onset. */
static void test_worse(void **state)
{
	CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(analysis_release) struct analysis analysis = {0};
	const struct test_judgement *test = NULL;

	(void)state;
	for (int i = 0; i < 200; i++) {
		bool fails = i < 150 ? i % 30 == 0 : i % 2 == 0;

		buf_fmt(&line, "%s%c:%c", i ? " " : "", 'A' + i % 2, fails ? 'V' : 'P');
	}
	analysis = analyse(buf_str(&line));
	test = judged(&analysis, 0, "unit");
	assert_true(test->worse.known);
	assert_in_range(test->worse.after, 135, 150);
	assert_in_range(test->worse.at, 150, 156);
	assert_false(test->onset.known && test->onset.after != NO_INDEX);
}

/* Taken away, or skipped since: it stays broken, and that is said. */
static void test_absent(void **state)
{
	CLEANUP(analysis_release)
	struct analysis analysis = analyse("A:PP B:FP C:FP D:.P E:SP F:.P");

	(void)state;
	assert_int_equal(judged(&analysis, 0, "unit")->state, STATE_BROKEN);
	assert_int_equal(judged(&analysis, 0, "unit")->absent, 3);
}

/* Most flaky tests are so from the start: a test that came within the window is told apart. */
static void test_new(void **state)
{
	CLEANUP(analysis_release)
	struct analysis analysis = analyse("A:P B:P C:P D:P E:P F:PV G:VP H:PP");

	(void)state;
	assert_false(judged(&analysis, 0, "unit")->is_new);
	assert_true(judged(&analysis, 1, "unit")->is_new);
}

/* Edited content is no evidence against any other, however often it goes red and green. */
static void test_edits(void **state)
{
	CLEANUP(analysis_release)
	struct analysis analysis = analyse("A:P !:F !:P !:F !:P !:F !:P !:F !:P !:F !:P !:F !:P");

	(void)state;
	assert_int_equal(judged(&analysis, 0, "unit")->state, STATE_UNDECIDED);
	assert_true(judged(&analysis, 0, "unit")->probability < 0.05);
}

/* A pull request that is red all the time, while others go on. */
static void test_red_pull_request(void **state)
{
	CLEANUP(analysis_release)
	struct analysis analysis =
		analyse("A:P B:P C:P D:P E:F#1 F:P G:F#1 H:P I:F#1 J:P K:F#1 L:P "
			"M:F#1 N:P O:F#1");
	const struct test_judgement *test = judged(&analysis, 0, "unit");

	(void)state;
	assert_int_equal(test->state, STATE_BROKEN);
	assert_int_equal(test->streak, 6);
	assert_true(test->probability < 0.05);
}

static void test_run_counts(void **state)
{
	CLEANUP(analysis_release)
	struct analysis analysis = analyse("A:P !:P -:P -:P A:P/c -:P/n !:P/e");

	(void)state;
	assert_int_equal(analysis.report.dirty_runs, 1);
	assert_int_equal(analysis.report.unknown_source_runs, 2);
	assert_int_equal(analysis.report.ignored_runs, 3);
}

/* 200,000 results of 2,000 tests in two lanes: seconds of work if anything were quadratic. */
static void test_many(void **state)
{
	CLEANUP(analysis_release) struct analysis analysis = {0};
	const size_t tests = 2000, runs = 100;

	(void)state;
	for (size_t i = 0; i < runs; i++) {
		history_run(&analysis.evidence, i % 2 ? "A:P@a" : "B:P@b");
		analysis.evidence.runs.items[i].tests = tests;
	}
	for (size_t i = 0; i < tests; i++) {
		struct test_facts *facts = VEC_PUSH(&analysis.evidence.tests);

		facts->name.name = mem_fmt("t%04zu", tests - i);
	}
	rosters_make(&analysis.evidence);
	for (size_t i = 0; i < tests * runs; i++) {
		if (i % 97 == 0) {
			*VEC_PUSH(&analysis.evidence.observations) = (struct observation){
				.run = i % runs, .test = i / runs, .first = OUTCOME_FAILED};
		} else {
			rosters_note_ran(&analysis.evidence, i / runs, i % runs);
		}
	}
	analyse_again(&analysis);
	assert_int_equal(analysis.report.tests.len, tests * 2);
	/* Each lane has one source, so every lane of a test with a failure is flaky. */
	assert_int_equal(analysis.report.count[STATE_FLAKY], (tests * runs + 96) / 97);
	assert_int_equal(analysis.report.count[STATE_BROKEN], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_only_skipped_is_not_listed),
		cmocka_unit_test(test_nothing_at_all),
		cmocka_unit_test(test_lanes_are_apart),
		cmocka_unit_test(test_facts_of_failures),
		cmocka_unit_test(test_neighbours_are_apart),
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_minutes_lost),
		cmocka_unit_test(test_absurd_times),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_worse),
		cmocka_unit_test(test_absent),
		cmocka_unit_test(test_new),
		cmocka_unit_test(test_edits),
		cmocka_unit_test(test_red_pull_request),
		cmocka_unit_test(test_run_counts),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
