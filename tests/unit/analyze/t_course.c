/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "analyze/analysis.h"

/* Tests 0 and 1 break together, in two lanes; the last signature is that of test 1 alone. */
#define TOGETHER "A:PP B:FF@win C:FF~n D:PP@win E:PP F:PP@win"

static void compare(const struct test_judgement *a, const struct test_judgement *b)
{
	assert_int_equal(a->state, b->state);
	assert_true(a->probability <= b->probability && a->probability >= b->probability);
	assert_true(a->rate.mean <= b->rate.mean && a->rate.mean >= b->rate.mean);
	assert_int_equal(a->runs, b->runs);
	assert_int_equal(a->failures, b->failures);
	assert_int_equal(a->first_failure, b->first_failure);
	assert_int_equal(a->onset.at, b->onset.at);
	assert_int_equal(a->mended.at, b->mended.at);
	assert_string_equal(a->job, b->job);
}

/* One judgement serves all that have one course; what was said at the failures is each one's own. */
static void test_shared(void **state)
{
	CLEANUP(analysis_release) struct analysis analysis = analyse(TOGETHER);
	struct evidence *evidence = &analysis.evidence;
	size_t other = evidence->signatures.len;

	(void)state;
	VEC_PUSH(&evidence->signatures)->example = mem_str("other");
	VEC_EACH (struct observation, seen, &evidence->observations) {
		seen->signature = seen->test == 1 ? other : seen->signature;
	}
	analyse_again(&analysis);
	assert_int_equal(analysis.report.tests.len, 4);
	compare(judged(&analysis, 0, "unit"), judged(&analysis, 1, "unit"));
	compare(judged(&analysis, 0, "win"), judged(&analysis, 1, "win"));
	assert_int_equal(judged(&analysis, 1, "unit")->signatures.len, 1);
	assert_int_equal(judged(&analysis, 1, "unit")->signatures.items[0].signature, other);
	assert_int_equal(judged(&analysis, 1, "win")->signatures.len, 0);
	assert_int_not_equal(judged(&analysis, 0, "unit")->signatures.items[0].signature, other);
}

/* The same failures are not the same course: passes, and what retries said, count too. */
static void test_apart(void **state)
{
	static const struct {
		const char *history;
		enum test_state first, second;
	} rows[] = {
		{"A:PP B:FF C:FF D:PP E:PP", STATE_FIXED, STATE_FIXED},
		{"A:PP B:FF B:FF C:P. D:P.", STATE_FIXED, STATE_BROKEN},
		{"A:PP B:FF B:.P C:PP D:PP", STATE_UNDECIDED, STATE_FLAKY},
		{"A:PP B:VF B:FF C:PP D:PP", STATE_FLAKY, STATE_FIXED},
		{"A:PP B:FF C:PF D:PP E:PP", STATE_UNDECIDED, STATE_FIXED},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(analysis_release) struct analysis analysis = analyse(rows[i].history);

		assert_int_equal(judged(&analysis, 0, "unit")->state, rows[i].first);
		assert_int_equal(judged(&analysis, 1, "unit")->state, rows[i].second);
	}
}

/* More tests with the same failures, and each with other passes, than are compared. */
static void test_crowd(void **state)
{
	CLEANUP(buf_release) struct buf line = BUF_INIT(BUF_OWN_MAX);
	const size_t tests = 48;

	(void)state;
	for (size_t run = 0; run < tests; run++) {
		buf_fmt(&line, "%s%c:", run > 0 ? " " : "", (int)('A' + run));
		for (size_t test = 0; test < tests; test++) {
			bool failed = run >= 1 && run <= 3;

			buf_char(&line, failed ? 'F' : run > 3 && run < test ? '.' : 'P');
		}
	}
	{
		CLEANUP(analysis_release) struct analysis analysis = analyse(buf_str(&line));

		for (size_t test = 0; test < tests; test++) {
			size_t missing = test > 4 ? test - 4 : 0;

			assert_int_equal(judged(&analysis, test, "unit")->runs, tests - missing);
			assert_int_equal(judged(&analysis, test, "unit")->failures, 3);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shared),
		cmocka_unit_test(test_apart),
		cmocka_unit_test(test_crowd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
