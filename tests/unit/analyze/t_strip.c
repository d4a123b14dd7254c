/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/analysis.h"
#include "analyze/strip.h"
#include "base/buf.h"

/* The letters of a test's strip in that job. */
static void letters_of(const struct analysis *analysis, size_t test, const char *job,
		       struct buf *out)
{
	CLEANUP(strip_maker_release) struct strip_maker maker = {0};
	struct strip strip = {0};

	strip_maker_init(&analysis->evidence, analysis->report.left_out, &maker);
	strip_make(&maker, judged(analysis, test, job), &strip);
	VEC_EACH (const struct strip_cell, cell, &strip) {
		buf_char(out, strip_letter(cell->mark));
	}
	VEC_FREE(&strip);
}

static void a_cell_for_each_run_of_the_lane(void **state)
{
	static const struct {
		const char *history, *job;
		size_t test;
		const char *want;
	} rows[] = {
		{"A:PV B:FP C:P. D:VX", "unit", 0, ".F.R"},
		{"A:PV B:FP C:P. D:VX", "unit", 1, "R.-R"},
		{"A:V B:P@e2e C:F D:F@e2e", "unit", 0, "RF"},
		{"A:V B:P@e2e C:F D:F@e2e", "e2e", 0, ".F"},
		{"A:V B:F/c C:F D:P/e E:S", "unit", 0, "RF-"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(analysis_release) struct analysis analysis = analyse(rows[i].history);
		CLEANUP(buf_release) struct buf got = BUF_INIT(100);

		letters_of(&analysis, rows[i].test, rows[i].job, &got);
		if (!str_eq(buf_str(&got), rows[i].want)) {
			fail_msg("t%zu of %s: %s instead of %s", rows[i].test, rows[i].history,
				 buf_str(&got), rows[i].want);
		}
	}
}

static void what_others_explain_stands_apart(void **state)
{
	CLEANUP(analysis_release)
	struct analysis analysis = analyse("A:VPPPPPPP B:FFFFFFFF B:PPPPPPPP C:VPPPPPPP");
	CLEANUP(buf_release) struct buf got = BUF_INIT(100);

	(void)state;
	analysis.evidence.observations.items[2].service_down = true;
	letters_of(&analysis, 0, "unit", &got);
	assert_string_equal(buf_str(&got), "Ri.i");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cell_for_each_run_of_the_lane),
		cmocka_unit_test(what_others_explain_stands_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
