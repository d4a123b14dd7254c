/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "analyze/history.h"
#include "analyze/ruling.h"

#include <stdlib.h>
#include <string.h>

/*
 * The last run of the history is the one in question, t0 the test, and the signature that of the run. How words
 * like "A:FP~x" become a history: history.h. A word of `branches` a run: m main, t topic, . none.
 */
struct row {
	const char *why;
	const char *history, *branches;
	enum retry_verdict retry;
	size_t failed_attempts;
	/* s service down, n names a service, h hung, y touched, o not touched; g: it had gone in the
	 * second run, too */
	const char *marks;
	const char *want;
	double low, high; /* of the probability */
};

static const struct row rows[] = {
	{"failed like this before", "A:V~x B:P C:V~x D:P E:P F:F~x", "mmmmmm", RETRY_NOT_TRIED, 1,
	 "", "known-flake", 0.7, 1},
	{"and passed again", "A:V~x B:P C:V~x D:P E:P F:V~x", "mmmmmm", RETRY_PASSED, 1, "o",
	 "known-flake", 0.99, 1},
	{"flaky, but never like this", "A:V~x B:P C:V~x D:P E:P F:F~z", "mmmmmm",
	 RETRY_FAILED_AGAIN, 3, "y", "new-signature", 0, 0.15},
	{"flaky, and fails each time it is tried", "A:V~x B:P C:P D:P E:P F:P G:P H:P I:P J:F~x",
	 "mmmmmmmmmm", RETRY_FAILED_AGAIN, 3, "y", "likely-regression", 0, 0.3},
	{"never seen, and passed again", "A:P B:P C:P D:V~x", "mmmm", RETRY_PASSED, 1, "",
	 "new-signature", 0.9, 1},
	{"passed on this content elsewhere", "A:P B:P C:P C:F~x", "mmmm", RETRY_NOT_TRIED, 1, "",
	 "new-signature", 0.9, 1},
	{"passed until this change", "A:P B:P C:P D:P E:P F:F~x", "mmmmmt", RETRY_FAILED_AGAIN, 3,
	 "y", "likely-regression", 0, 0.01},
	{"as its neighbour did", "A:PP B:PP C:PP D:PF E:PP F:FP~x", "mmmmmt", RETRY_FAILED_AGAIN, 3,
	 "y", "likely-regression", 0, 0.01},
	{"the same without a retry", "A:P B:P C:P D:P E:P F:F~x", "mmmmmt", RETRY_NOT_TRIED, 1, "",
	 "likely-regression", 0, 0.2},
	{"broken on main", "A:P B:F~x C:F~x D:F~x", "mmmt", RETRY_FAILED_AGAIN, 3, "o",
	 "broken-at-base", 0, 0.06},
	{"main is well again", "A:P B:F~x C:F~x D:P E:F~x", "mmmmt", RETRY_FAILED_AGAIN, 3, "",
	 "likely-regression", 0, 0.1},
	{"main fails otherwise", "A:P B:F~x C:F~x D:F~z", "mmmt", RETRY_FAILED_AGAIN, 3, "",
	 "likely-regression", 0, 0.1},
	{"another branch is broken", "A:P B:F~x C:F~x D:F~x", "mttm", RETRY_FAILED_AGAIN, 3, "",
	 "likely-regression", 0, 0.1},
	{"broken on main before", "A:P B:F~x C:F~x", "mmm", RETRY_FAILED_AGAIN, 3, "",
	 "broken-at-base", 0, 0.06},
	{"a service was down", "A:P B:F~x", "mm", RETRY_BLOCKED, 1, "s", "readiness", 0.95, 1},
	{"its text names one", "A:P B:V~x", "mm", RETRY_PASSED, 1, "n", "readiness", 0.95, 1},
	{"which stays away", "A:P B:F~x", "mm", RETRY_FAILED_AGAIN, 3, "n", "readiness", 0.5, 0.9},
	{"it hung", "A:P B:F~x", "mm", RETRY_NOT_TRIED, 1, "h", "timeout", 0, 0.5},
	{"half of all failed", "A:PPPPPPPPPPPP B:PPPPPPPPPPPP C:FFFFFFFFPPPP~x", "mmm",
	 RETRY_NOT_TRIED, 1, "", "incident", 0.5, 1},
	{"half of all failed, and passed again", "A:PPPPPPPPPPPP B:PPPPPPPPPPPP C:VFFFFFFFPPPP~x",
	 "mmm", RETRY_PASSED, 1, "", "incident", 0.95, 1},
	{"its own pull request failed like this", "A:P#1 B:P#1 C:F#2~x D:F#2~x E:P#1 F:F#2~x",
	 "tttttt", RETRY_FAILED_AGAIN, 3, "y", "likely-regression", 0, 0.1},
	{"others' did", "A:P#1 B:F#3~x C:P#1 D:F#4~x E:P#1 F:F#5~x G:P#1 H:F#6~x I:P#1 J:F#2~x",
	 "..........", RETRY_NOT_TRIED, 1, "o", "known-flake", 0.8, 1},
	{"a service, again and again", "A:P B:F~x B:F~x", "mmm", RETRY_NOT_TRIED, 1, "n",
	 "readiness", 0.5, 0.9},
	{"a fork's main is no base", "A:P B:P C:F#9~x D:F#9~x E:F#9~x", "mmmmm", RETRY_FAILED_AGAIN,
	 3, "y", "likely-regression", 0, 0.1},
	{"nor is edited content", "A:P B:P !:F~x !:F~x C:F~x", "mmmmm", RETRY_FAILED_AGAIN, 3, "y",
	 "likely-regression", 0, 0.1},
	{"an incident's failures are held against none",
	 "A:PPPPPPPPPPPP A:FFFFFFFFFFPP~x A:PPPPPPPPPPPP B:PPPPPPPPPPPP C:FPPPPPPPPPPP~x", "mmmmm",
	 RETRY_FAILED_AGAIN, 3, "y", "likely-regression", 0, 0.1},
	{"a new test", "A:.P B:.P C:FP~x", "mmm", RETRY_FAILED_AGAIN, 3, "", "unknown", 0, 0.5},
	{"nothing else on record", "A:F~x", "m", RETRY_NOT_TRIED, 1, "", "unknown", 0, 0.5},
};

static void set_branches(struct evidence *evidence, const char *branches)
{
	for (size_t i = 0; i < evidence->runs.len; i++) {
		if (branches[i] != '.') {
			evidence->runs.items[i].branch =
				mem_str(branches[i] == 'm' ? "main" : "topic");
		}
	}
}

static void rule(const struct row *row, struct failure_ruling *out)
{
	CLEANUP(evidence_release) struct evidence evidence = {0};
	CLEANUP(flake_report_release) struct flake_report report = {0};
	struct ruling_context context = {
		.evidence = &evidence, .report = &report, .prior = &prior_default, .base = "main"};
	struct failure_question question = {
		.retry = row->retry,
		.failed_attempts = row->failed_attempts,
		.service_down = strchr(row->marks, 's'),
		.names_service = strchr(row->marks, 'n'),
		.hung = strchr(row->marks, 'h'),
		.touch = strchr(row->marks, 'y')   ? TOUCH_YES
			 : strchr(row->marks, 'o') ? TOUCH_NO
						   : TOUCH_UNKNOWN,
	};
	char signature[SIGNATURE_LEN + 1] = {0};
	struct mass_list mass = {0};

	history_make(&evidence, row->history);
	set_branches(&evidence, row->branches);
	if (strchr(row->marks, 'g')) {
		*VEC_PUSH(&evidence.events) = (struct event_facts){
			.run = 1,
			.event = {.service = mem_str("db"), .change = SERVICE_DOWN, .at_us = 1},
			.failures = 1,
		};
	}
	context.run = evidence.runs.len - 1;
	analyze_mass(&evidence, &mass);
	context.at_once = mass_list_find(&mass, context.run);
	VEC_FREE(&mass);
	memset(signature, row->history[strlen(row->history) - 1], SIGNATURE_LEN);
	question.signature = signature;
	question.test_id = evidence.tests.items[0].id;
	evidence.runs.items[context.run].outcome = RUN_CANCELLED;
	analyze_flakes(&evidence, NULL, &report);
	ruling_begin(&context);
	ruling_make(&context, &question, out);
	ruling_end(&context);
	out->base_commit = NULL; /* the evidence goes */
}

static void each_verdict(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct failure_ruling ruling;

		rule(&rows[i], &ruling);
		if (strcmp(failure_verdict_name(ruling.verdict), rows[i].want) != 0 ||
		    ruling.probability < rows[i].low || ruling.probability > rows[i].high) {
			fail_msg("%s: %s, %.4f", rows[i].why, failure_verdict_name(ruling.verdict),
				 ruling.probability);
		}
	}
}

static void what_it_rests_on(void **state)
{
	static const struct row row = {"",       "A:V#1~x A:P#1 B:V#2~x C:V#3~z D:P#4 E:F#5~x",
				       "......", RETRY_NOT_TRIED,
				       1,        "",
				       "",       0,
				       1};
	struct failure_ruling ruling;

	(void)state;
	rule(&row, &ruling);
	assert_true(ruling.is_flaky);
	assert_int_equal(ruling.runs, 5);
	assert_int_equal(ruling.failures, 3);
	assert_int_equal(ruling.alike, 2);
	assert_int_equal(ruling.alike_pulls, 2);
	assert_int_equal(ruling.passes, 1);
	assert_int_equal(ruling.base_failures, 0);
}

/* Neither what failed at once with many others, nor when an incident of a service tells that run already. */
static void many_at_once_are_no_record(void **state)
{
	struct row row = {"",
			  "A:PPPPPPPPPPPP A:FFFFFFFFFFPP~x A:PPPPPPPPPPPP B:PPPPPPPPPPPP "
			  "C:FPPPPPPPPPPP~x",
			  "mmmmm",
			  RETRY_FAILED_AGAIN,
			  3,
			  "",
			  "",
			  0,
			  1};
	struct failure_ruling mass, service;

	(void)state;
	rule(&row, &mass);
	row.marks = "g";
	rule(&row, &service);
	assert_int_equal(mass.runs, 3);
	assert_int_equal(mass.failures, 0);
	assert_int_equal(service.runs, 3);
	assert_int_equal(service.failures, 0);
}

/* What the change touches makes the change more likely, what it does not the failure a lie. */
static void touching_counts(void **state)
{
	struct row row = {
		"", "A:V~x B:P C:P D:P E:P F:P G:F~x", "mmmmmmt", RETRY_NOT_TRIED, 1, "", "", 0, 1};
	struct failure_ruling unknown, yes, no;

	(void)state;
	rule(&row, &unknown);
	row.marks = "y";
	rule(&row, &yes);
	row.marks = "o";
	rule(&row, &no);
	assert_true(yes.probability < unknown.probability);
	assert_true(unknown.probability < no.probability);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_verdict),
		cmocka_unit_test(what_it_rests_on),
		cmocka_unit_test(many_at_once_are_no_record),
		cmocka_unit_test(touching_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
