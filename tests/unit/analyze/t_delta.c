/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/analysis.h"
#include "analyze/delta.h"
#include "base/buf.h"

#define P4  " A:P B:P C:P D:P"
#define P8  P4 P4
#define P40 P8 P8 P8 P8 P8

/* "new t0 1/4 after 0/4", one for each row; the time before ends in front of run number `since`, from 0. */
static void rows_of(const struct analysis *analysis, size_t since, struct buf *out)
{
	CLEANUP(delta_release) struct delta delta = {0};
	const struct run_facts *runs = analysis->evidence.runs.items;

	delta_find(&analysis->evidence, &analysis->report, NULL, runs[since].started_us,
		   runs[analysis->evidence.runs.len - 1].started_us + RUN_MINUTE, &delta);
	VEC_EACH (const struct delta_row, row, &delta) {
		const struct test_judgement *test = &analysis->report.tests.items[row->test];

		buf_fmt(out, "%s%s t%zu %zu/%zu after %zu/%zu", out->len ? ", " : "",
			delta_kind_name(row->kind), test->test, row->failed, row->runs,
			row->failed_before, row->runs_before);
	}
}

static void what_became_different(void **state)
{
	static const struct {
		const char *history;
		size_t since;
		const char *want, *why;
	} rows[] = {
		{"A:P B:P C:P D:V E:P", 3, "new t0 1/2 after 0/3", "never failed before"},
		{"A:. B:. C:. D:V E:P", 3, "new t0 1/2 after 0/0", "was not there before"},
		{"D:V E:P", 0, "", "there is no time before"},
		{"A:P@e2e B:P@e2e D:V E:P", 2, "", "its own job has no time before"},
		{"A:V B:P C:P D:P E:V F:P", 4, "back t0 1/2 after 1/4", "quiet for as long"},
		{"A:V B:P C:P D:V E:V F:P", 4, "", "as it was"},
		{"A:P B:P C:P D:F E:F F:F", 3, "new t0 3/3 after 0/3", "broke"},
		{"A:V" P8 " B:V" P8 " E:F F:F G:F H:F I:F J:F K:F L:F", 18,
		 "worse t0 8/8 after 2/18", "flaky, then broken"},
		{"A:P B:F C:F D:P E:P", 3, "fixed t0 0/2 after 2/3", "a break that is over"},
		{"A:P B:F C:F D:P E:P F:P G:P H:P", 6, "", "was over before"},
		{"A:P B:P C:F D:F E:F F:F", 4, "", "broken as before"},
		{"A:P B:P C:P D:P", 2, "", "nothing failed"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(analysis_release) struct analysis analysis = analyse(rows[i].history);
		CLEANUP(buf_release) struct buf got = BUF_INIT(200);

		rows_of(&analysis, rows[i].since, &got);
		if (!str_eq(buf_str(&got), rows[i].want)) {
			fail_msg("%s, %s: \"%s\" instead of \"%s\"", rows[i].history, rows[i].why,
				 buf_str(&got), rows[i].want);
		}
	}
}

static void the_rate_has_to_rise_beyond_doubt(void **state)
{
	CLEANUP(analysis_release)
	struct analysis often = analyse("A:V" P40 " A:V" P8 " A:V A:V A:V A:V A:V A:V A:V A:P");
	CLEANUP(analysis_release)
	struct analysis once = analyse("A:V" P40 " A:V" P8 " A:V A:V A:P A:P A:P A:P A:P A:P");
	CLEANUP(buf_release) struct buf got = BUF_INIT(200);

	(void)state;
	rows_of(&often, 42, &got);
	assert_string_equal(buf_str(&got), "worse t0 7/16 after 2/42");
	buf_clear(&got);
	rows_of(&once, 46, &got);
	assert_string_equal(buf_str(&got), "");
}

static void a_flaky_test_is_mended_once(void **state)
{
	CLEANUP(analysis_release)
	struct analysis analysis = analyse("A:V A:P B:V B:P C:V C:P" P40 P40);
	CLEANUP(buf_release) struct buf got = BUF_INIT(200);
	size_t last = analysis.evidence.runs.len - 1, told = 0;

	(void)state;
	assert_int_equal(judged(&analysis, 0, "unit")->clean.needed, 0);
	rows_of(&analysis, 6, &got);
	assert_string_equal(buf_str(&got), "fixed t0 0/80 after 3/6");
	/* long known: those of the last runs did not decide it */
	buf_clear(&got);
	rows_of(&analysis, last - 4, &got);
	assert_string_equal(buf_str(&got), "");
	/* cut into weeks of ten runs, one of them tells it */
	for (size_t since = 6; since + 10 <= last; since += 10) {
		CLEANUP(analysis_release) struct analysis week = {0};

		history_make(&week.evidence, "A:V A:P B:V B:P C:V C:P" P40 P40);
		week.evidence.runs.len = since + 10;
		analyze_flakes(&week.evidence, NULL, &week.report);
		buf_clear(&got);
		rows_of(&week, since, &got);
		told += got.len > 0;
		week.evidence.runs.len = last + 1;
	}
	assert_int_equal(told, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_became_different),
		cmocka_unit_test(the_rate_has_to_rise_beyond_doubt),
		cmocka_unit_test(a_flaky_test_is_mended_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
