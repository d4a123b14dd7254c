/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "analyze/flakes.h"
#include "analyze/history.h"
#include "base/buf.h"
#include "base/mem.h"

/* One kind of run, so many times in a row: of `tests`, the first `failures` failed. */
struct stretch {
	size_t times, failures;
	const char *
		signature; /* of all failures; NULL: each has one of its own. "B:s": of content B */
};

#define STRETCHES 5

static void write_run(struct buf *out, size_t tests, const struct stretch *kind)
{
	const char *at = kind->signature ? strchr(kind->signature, ':') : NULL;

	buf_fmt(out, " %c:", at ? kind->signature[0] : 'A');
	for (size_t i = 0; i < tests; i++) {
		buf_char(out, i < kind->failures ? 'F' : 'P');
	}
	if (kind->signature) {
		buf_fmt(out, "~%s", at ? at + 1 : kind->signature);
	}
}

/* Runs are told by their number, from 1 on. */
static void which_runs_are_incidents(void **state)
{
	static const struct {
		const char *why;
		size_t tests;
		struct stretch runs[STRETCHES];
		const char *want;
	} rows[] = {
		{"all well", 40, {{9, 0, NULL}}, ""},
		{"far more than usual", 40, {{9, 0, NULL}, {1, 10, NULL}, {9, 0, NULL}}, "10"},
		{"too few to know what is usual",
		 40,
		 {{2, 0, NULL}, {1, 10, NULL}, {2, 0, NULL}},
		 ""},
		{"but one signature", 40, {{1, 0, NULL}, {1, 10, "s"}, {1, 0, NULL}}, "2"},
		{"five are not many", 40, {{9, 0, NULL}, {1, 5, NULL}, {9, 0, NULL}}, ""},
		{"but of one signature that no others have",
		 40,
		 {{9, 0, NULL}, {1, 5, "s"}, {9, 0, NULL}},
		 "10"},
		{"two are two", 40, {{9, 0, NULL}, {1, 2, "s"}, {9, 0, NULL}}, ""},
		{"six of two hundred are not", 200, {{9, 0, NULL}, {1, 6, "s"}, {9, 0, NULL}}, ""},
		{"the newest may last", 40, {{9, 0, NULL}, {1, 10, "B:s"}}, ""},
		{"unless its content passed, too", 40, {{9, 0, NULL}, {1, 10, "s"}}, "10"},
		{"all runs of one content", 40, {{9, 0, NULL}, {2, 30, "B:s"}, {9, 0, NULL}}, ""},
		{"three in a row",
		 40,
		 {{9, 0, NULL}, {1, 30, "B:s"}, {1, 30, "C:s"}, {1, 30, "D:s"}, {9, 0, NULL}},
		 ""},
		{"two in a row",
		 40,
		 {{9, 0, NULL}, {1, 30, "B:s"}, {1, 30, "C:s"}, {9, 0, NULL}},
		 "10 11"},
		{"half of all tests", 40, {{2, 0, NULL}, {1, 20, NULL}}, "3"},
		{"a group that recurs", 40, {{9, 0, NULL}, {3, 10, "s"}, {9, 0, NULL}}, ""},
		{"it does rarely",
		 40,
		 {{99, 0, NULL}, {1, 10, "s"}, {40, 0, NULL}, {2, 10, "s"}, {9, 0, NULL}},
		 "100 141 142"},
		{"twice is no group", 40, {{9, 0, NULL}, {2, 10, "s"}, {9, 0, NULL}}, "10 11"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(buf_release) struct buf text = BUF_INIT(1 << 20);
		CLEANUP(buf_release) struct buf got = BUF_INIT(1000);
		CLEANUP(evidence_release) struct evidence evidence = {0};
		CLEANUP(flake_report_release) struct flake_report report = {0};

		for (size_t k = 0; k < STRETCHES; k++) {
			for (size_t n = 0; n < rows[i].runs[k].times; n++) {
				write_run(&text, rows[i].tests, &rows[i].runs[k]);
			}
		}
		history_make(&evidence, buf_str(&text) + 1);
		analyze_flakes(&evidence, NULL, &report);
		VEC_EACH (const struct mass_failure, failure, &report.mass) {
			buf_fmt(&got, "%s%zu", got.len ? " " : "", failure->run + 1);
		}
		if (!str_eq(buf_str(&got), rows[i].want)) {
			fail_msg("%s: '%s' instead of '%s'", rows[i].why, buf_str(&got),
				 rows[i].want);
		}
	}
}

/* What fails in most runs is no news: neither does it make an incident, nor does it hide one. */
static void what_always_fails_is_no_news(void **state)
{
	CLEANUP(evidence_release) struct evidence evidence = {0};
	CLEANUP(flake_report_release) struct flake_report report = {0};

	(void)state;
	history_make(&evidence,
		     "A:FFFFFFFFPPPPPPPP A:FFFFFFFFPPPPPPPP B:FFFFFFFFPPPPPPPP B:FFFFFFFFPPPPPPPP "
		     "C:FFFFFFFFFFFFFFFP C:FFFFFFFFPPPPPPPP D:FFFFFFFFPPPPPPPP D:FFFFFFFFPPPPPPPP");
	analyze_flakes(&evidence, NULL, &report);
	assert_int_equal(report.mass.len, 1);
	assert_int_equal(report.mass.items[0].run, 4);
	assert_int_equal(report.mass.items[0].failures, 7);
	assert_int_equal(report.mass.items[0].tests, 8);
	assert_int_equal(report.count[STATE_BROKEN], 8);
	assert_int_equal(report.count[STATE_FLAKY], 0);
}

/* A stable test that fails in an incident, on a content where it passes, is not flaky. */
static void they_are_no_evidence(void **state)
{
	CLEANUP(evidence_release) struct evidence evidence = {0};
	CLEANUP(flake_report_release) struct flake_report report = {0};

	(void)state;
	history_make(&evidence, "A:PPPPPPPP A:FFFFFFFF~gone A:PPPPPPPF A:PPPPPPPP");
	analyze_flakes(&evidence, NULL, &report);
	assert_int_equal(report.mass.len, 1);
	assert_int_equal(report.mass.items[0].failures, 8);
	assert_int_equal(report.mass.items[0].tests, 8);
	assert_true(report.mass.items[0].has_signature);
	assert_int_equal(report.count[STATE_FLAKY], 1);
	assert_int_equal(report.tests.items[0].failures, 1);
	assert_int_equal(report.tests.items[0].runs, 3);
}

/* A service that went down explains them, whatever is usual. */
static void a_service_explains_them(void **state)
{
	CLEANUP(evidence_release) struct evidence evidence = {0};
	CLEANUP(flake_report_release) struct flake_report report = {0};

	(void)state;
	history_make(&evidence, "A:PPPPPPPPPPPPPPPP A:FFFFFFPPPPPPPPPP");
	analyze_flakes(&evidence, NULL, &report);
	assert_int_equal(report.mass.len, 0);
	flake_report_release(&report);
	VEC_EACH (struct observation, seen, &evidence.observations) {
		seen->service_down = seen->first == OUTCOME_FAILED && seen->test == 0;
	}
	analyze_flakes(&evidence, NULL, &report);
	assert_int_equal(report.mass.len, 1);
}

/* An incident of a service tells its run already; its failures are no evidence all the same. */
static void an_incident_tells_it(void **state)
{
	CLEANUP(evidence_release) struct evidence evidence = {0};
	CLEANUP(flake_report_release) struct flake_report report = {0};

	(void)state;
	history_make(&evidence, "A:PPPPPPPP A:FFFFFFFF~gone A:PPPPPPPF A:FFFFFFFF~gone A:PPPPPPPP");
	*VEC_PUSH(&evidence.events) = (struct event_facts){
		.run = 1,
		.event = {.service = mem_str("db:5432"), .change = SERVICE_DOWN, .at_us = 1},
		.failures = 1,
	};
	analyze_flakes(&evidence, NULL, &report);
	assert_int_equal(report.incidents.len, 1);
	assert_int_equal(report.mass.len, 1);
	assert_int_equal(report.mass.items[0].run, 3);
	assert_int_equal(report.count[STATE_FLAKY], 1);
	assert_int_equal(report.tests.items[0].failures, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(which_runs_are_incidents),
		cmocka_unit_test(what_always_fails_is_no_news),
		cmocka_unit_test(they_are_no_evidence),
		cmocka_unit_test(a_service_explains_them),
		cmocka_unit_test(an_incident_tells_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
