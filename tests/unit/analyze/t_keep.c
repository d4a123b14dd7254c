/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/analysis.h"

#include "analyze/keep.h"

#include <math.h>

/* The payload is a string of the digits of the tests that stay. */
static bool is_told(const struct test_judgement *test, const void *payload)
{
	return strchr(payload, (int)('0' + test->test)) != NULL;
}

static void only_what_was_asked_for(void **state)
{
	static const struct {
		const char *history, *keep;
		size_t left_out[STATE_COUNT], red;
	} rows[] = {
		/* t0 and t1 flaky, t2 broken; one run is red through t0, one through both */
		{"A:FPP/f A:PPP A:FFP/f A:PPP B:PPF/f C:PPF/f", "012", {0}, 2},
		{"A:FPP/f A:PPP A:FFP/f A:PPP B:PPF/f C:PPF/f", "02", {[STATE_FLAKY] = 1}, 2},
		{"A:FPP/f A:PPP A:FFP/f A:PPP B:PPF/f C:PPF/f", "1", {1, 1, 0, 0, 0}, 1},
		{"A:FPP/f A:PPP A:FFP/f A:PPP B:PPF/f C:PPF/f", "", {2, 1, 0, 0, 0}, 0},
		/* the other job's red run is not this one's */
		{"A:F/f A:P A:F/f@b A:P@b", "0", {0}, 2},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(analysis_release) struct analysis analysis = analyse(rows[i].history);
		struct flake_report *report = &analysis.report;
		double minutes = 0, before = report->minutes_lost;
		size_t left_out[STATE_COUNT] = {0};

		flake_report_keep(report, &analysis.evidence, is_told, rows[i].keep, left_out);
		for (enum test_state s = 0; s < STATE_COUNT; s++) {
			assert_int_equal(left_out[s], rows[i].left_out[s]);
			for (size_t at = 0; at < report->count[s]; at++) {
				const struct test_judgement *test =
					flake_report_ranked(report, s, at);

				assert_int_equal(test->state, s);
				assert_true(is_told(test, rows[i].keep));
				minutes += s == STATE_FLAKY ? test->minutes_lost : 0;
			}
		}
		assert_int_equal(report->runs_failed_by_flakes, rows[i].red);
		assert_true(fabs(report->minutes_lost - minutes) < 1e-9);
		if (strlen(rows[i].keep) == analysis.evidence.tests.len) {
			assert_true(fabs(report->minutes_lost - before) < 1e-9);
		}
	}
}

/* The order of what matters most stays, whatever goes: t1 cost most, but long ago. */
static void ranks_stay(void **state)
{
	CLEANUP(analysis_release) struct analysis analysis = analyse("A:PVP A:VPP A:PPV A:PPP");
	struct flake_report *report = &analysis.report;
	size_t left_out[STATE_COUNT] = {0};

	(void)state;
	analysis.evidence.runs.items[0].started_us -= 100 * INT64_C(24) * 60 * RUN_MINUTE;
	analysis.evidence.runs.items[0].retry_us = 100 * RUN_MINUTE;
	analysis.evidence.runs.items[1].retry_us = 90 * RUN_MINUTE;
	analysis.evidence.runs.items[2].retry_us = 80 * RUN_MINUTE;
	analyse_again(&analysis);
	assert_int_equal(report->count[STATE_FLAKY], 3);
	flake_report_keep(report, &analysis.evidence, is_told, "12", left_out);
	assert_int_equal(report->count[STATE_FLAKY], 2);
	assert_int_equal(flake_report_nth(report, STATE_FLAKY, 0)->test, 1);
	assert_int_equal(flake_report_listed(report), 2);
	assert_ptr_equal(flake_report_ranked(report, STATE_FLAKY, 0), &report->tests.items[1]);
	assert_int_equal(flake_report_ranked(report, STATE_FLAKY, 0)->test, 2);
	assert_int_equal(flake_report_ranked(report, STATE_FLAKY, 1)->test, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_was_asked_for),
		cmocka_unit_test(ranks_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
