/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/analysis.h"
#include "base/buf.h"

/* The groups of t0, t1, … in the order of the tests: a letter each, "-" for none. */
static void groups_of(const struct analysis *analysis, struct buf *out)
{
	for (size_t test = 0; test < analysis->evidence.tests.len; test++) {
		size_t group = judged(analysis, test, "unit")->group;

		buf_char(out, group == NO_INDEX ? '-' : (char)('a' + group));
	}
}

static void tests_that_fail_together(void **state)
{
	static const struct {
		const char *history, *want;
		const char *why;
	} rows[] = {
		{"A:VVP A:PPP A:VVP A:PPV", "aa-", "two runs of two tests"},
		{"A:VVP A:PPP A:PPV", "---", "once is a coincidence"},
		{"A:VVP A:VVP A:VPP A:VPP A:VPP A:PPV", "---", "in less than half of the runs"},
		{"A:VVP A:VVP A:PVV A:PVV", "aaa", "one by way of another"},
		{"A:VVPP A:PPVV A:VVPP A:PPVV", "aabb", "two causes"},
		{"A:VFP A:VFP B:PFP B:PFP C:PFV", "---", "with one that is only broken"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(analysis_release) struct analysis analysis = analyse(rows[i].history);
		CLEANUP(buf_release) struct buf got = BUF_INIT(100);

		groups_of(&analysis, &got);
		if (!str_eq(buf_str(&got), rows[i].want)) {
			fail_msg("%s, %s: %s instead of %s", rows[i].history, rows[i].why,
				 buf_str(&got), rows[i].want);
		}
	}
}

static void a_group_is_counted(void **state)
{
	CLEANUP(analysis_release)
	struct analysis analysis = analyse("A:VVP A:VPP A:VVP A:PPV A:PPP");

	(void)state;
	assert_int_equal(analysis.report.groups.len, 1);
	assert_int_equal(analysis.report.groups.items[0].tests, 2);
	/* half of it is enough */
	assert_int_equal(analysis.report.groups.items[0].runs, 3);
}

/* Where it fails, and where it does not. */
#define EIGHT     " A:P@b A:P@b A:P@b A:P@b A:P@b A:P@b A:P@b A:P@b"
#define ELSEWHERE EIGHT EIGHT

static void only_in_one_place(void **state)
{
	CLEANUP(analysis_release)
	struct analysis jobs = analyse("A:F@a A:P@a A:F@a A:F@a" ELSEWHERE);
	CLEANUP(analysis_release)
	struct analysis both = analyse("A:F@a A:F@b A:P@a A:F@a A:F@a" ELSEWHERE);
	CLEANUP(analysis_release)
	struct analysis seldom = analyse("A:F@a A:P@b A:P@a A:F@a A:F@a");

	(void)state;
	assert_true(judged(&jobs, 0, "a")->only_here);
	assert_false(judged(&jobs, 0, "b")->only_here);
	assert_false(judged(&both, 0, "a")->only_here);
	assert_false(judged(&seldom, 0, "a")->only_here);
}

static void only_on_one_branch(void **state)
{
	static const char *const branches[] = {"main",  "topic", "main", "topic", "main",
					       "topic", "main",  "main", "main",  "main"};
	CLEANUP(analysis_release)
	struct analysis analysis = analyse("A:P B:F A:P C:F A:P D:F A:P E:P A:P A:P");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(branches); i++) {
		analysis.evidence.runs.items[i].branch = mem_str(branches[i]);
	}
	analyse_again(&analysis);
	assert_string_equal(judged(&analysis, 0, "unit")->only_branch, "topic");
	mem_replace(&analysis.evidence.runs.items[3].branch, "main");
	analyse_again(&analysis);
	assert_null(judged(&analysis, 0, "unit")->only_branch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tests_that_fail_together),
		cmocka_unit_test(a_group_is_counted),
		cmocka_unit_test(only_in_one_place),
		cmocka_unit_test(only_on_one_branch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
