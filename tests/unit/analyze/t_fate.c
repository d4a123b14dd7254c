/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/analysis.h"
#include "base/buf.h"

/* A letter a run: passed, flaky, red through Flakes, Readiness, Infrastructure, the product (X); "-" nothing. */
static void fates_of(const struct analysis *analysis, struct buf *out)
{
	static const char letters[FATE_COUNT] = {
		[FATE_NONE] = '-',        [FATE_PASSED] = 'p',        [FATE_FLAKY] = 'f',
		[FATE_RED_FLAKE] = 'F',   [FATE_RED_READINESS] = 'R', [FATE_RED_INFRA] = 'I',
		[FATE_RED_PRODUCT] = 'X',
	};

	for (size_t run = 0; run < analysis->evidence.runs.len; run++) {
		buf_char(out, letters[analysis->report.fates[run]]);
	}
}

static void check(struct analysis *analysis, const char *history, const char *why, const char *want)
{
	CLEANUP(buf_release) struct buf got = BUF_INIT(100);

	fates_of(analysis, &got);
	if (!str_eq(buf_str(&got), want)) {
		fail_msg("%s, %s: %s instead of %s", history, why, buf_str(&got), want);
	}
}

static void whose_matter_it_is(void **state)
{
	static const struct {
		const char *history, *want, *why;
	} rows[] = {
		{"A:P A:P/c A:P/e A:P/n", "p--R", "green, cancelled, a fault of steady, not ready"},
		{"A:V A:F/f A:P", "pFp", "red only through a flaky test"},
		{"A:VP B:FF/f C:PF/f D:PF/f", "pXXX", "with another one"},
		{"A:P B:F/f C:F/f", "pXX", "broken"},
		{"A:P B:P/f", "pX", "red without a test that failed"},
		{"A:V A:P/t A:F/t B:P", "pIIp", "a time limit, and nothing that is the product's"},
		{"A:P B:F/t C:F/f", "pXX", "a time limit, with a break"},
		{"A:PPPPPPPP B:FFFFFFFF/f B:PPPPPPPP C:PPPPPPPP", "pIpp", "many at once"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(analysis_release) struct analysis analysis = analyse(rows[i].history);

		check(&analysis, rows[i].history, rows[i].why, rows[i].want);
	}
}

static void a_green_run_with_retries_is_flaky(void **state)
{
	CLEANUP(analysis_release) struct analysis analysis = analyse("A:V A:P");

	(void)state;
	analysis.evidence.runs.items[0].outcome = RUN_FLAKY;
	analyse_again(&analysis);
	check(&analysis, "A:V A:P", "told by its outcome", "fp");
}

static void a_service_takes_the_blame(void **state)
{
	CLEANUP(analysis_release) struct analysis analysis = analyse("A:PP A:FF/f A:FF/f");

	(void)state;
	for (size_t i = 0; i < analysis.evidence.observations.len; i++) {
		struct observation *seen = &analysis.evidence.observations.items[i];

		seen->service_down = seen->run == 1 || seen->test == 0;
	}
	analyse_again(&analysis);
	check(&analysis, "A:PP A:FF A:FF", "each failure, and one of two", "pRF");
}

static void as_many_as_the_report_counts(void **state)
{
	CLEANUP(analysis_release)
	struct analysis analysis = analyse("A:VP A:FP/f A:PP B:FP/f C:FF/f D:FF/f");
	size_t count = 0;

	(void)state;
	for (size_t run = 0; run < analysis.evidence.runs.len; run++) {
		count += analysis.report.fates[run] == FATE_RED_FLAKE;
	}
	assert_int_equal(count, analysis.report.runs_failed_by_flakes);
	assert_int_equal(count, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whose_matter_it_is),
		cmocka_unit_test(a_green_run_with_retries_is_flaky),
		cmocka_unit_test(a_service_takes_the_blame),
		cmocka_unit_test(as_many_as_the_report_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
