/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/flakes.h"

#include "analyze/costs.h"
#include "analyze/groups.h"
#include "analyze/incidents.h"
#include "analyze/judge.h"
#include "analyze/mass.h"
#include "analyze/services.h"
#include "base/str.h"

#include <stdlib.h>
#include <string.h>

const char *test_state_name(enum test_state state)
{
	static const char *const names[] = {
		[STATE_FLAKY] = "flaky",
		[STATE_BROKEN] = "broken",
		[STATE_OTHER] = "other",
	};

	return names[state];
}

static int compare_texts(const char *left, const char *right)
{
	return strcmp(str_or(left, ""), str_or(right, ""));
}

static int compare_sizes(size_t left, size_t right)
{
	return (left > right) - (left < right);
}

static int compare_names(const struct test_facts *left, const struct test_facts *right)
{
	int order = compare_texts(left->name.class_name, right->name.class_name);

	if (order == 0) {
		order = compare_texts(left->name.suite, right->name.suite);
	}
	if (order == 0) {
		order = compare_texts(left->name.name, right->name.name);
	}
	return order ? order : strcmp(left->id, right->id);
}

/* Negative when left matters more; both are of one state. */
static int compare_weight(const struct test_judgement *left, const struct test_judgement *right)
{
	if (left->state == STATE_BROKEN) {
		return compare_sizes(right->failures, left->failures);
	}
	if (left->state == STATE_OTHER) {
		return 0;
	}
	if (left->minutes_lost > right->minutes_lost || left->minutes_lost < right->minutes_lost) {
		return left->minutes_lost > right->minutes_lost ? -1 : 1;
	}
	return compare_sizes(right->flaky_runs + right->disagreeing_sources,
			     left->flaky_runs + left->disagreeing_sources);
}

static int compare_tests(const void *a, const void *b, void *payload)
{
	const struct test_judgement *left = a, *right = b;
	const struct evidence *evidence = payload;
	int order = (int)left->state - (int)right->state;

	if (order == 0) {
		order = compare_weight(left, right);
	}
	if (order == 0) {
		order = compare_names(&evidence->tests.items[left->test],
				      &evidence->tests.items[right->test]);
	}
	if (order == 0) {
		order = strcmp(left->job, right->job);
	}
	return order ? order : strcmp(left->variant, right->variant);
}

static void judge_all(const struct evidence *evidence, struct flake_report *out)
{
	CLEANUP(run_numbers_release) struct run_numbers numbers = {0};
	CLEANUP(groups_release) struct groups groups = {0};
	CLEANUP(judge_release) struct judge judge = {0};

	run_numbers_make(evidence, &numbers);
	mass_find(evidence, &numbers, &out->mass);
	groups_make(evidence, &numbers, &out->mass, &groups);
	judge_init(&judge, evidence, &numbers);
	for (size_t i = 0; i < groups.len; i++) {
		struct test_judgement *test = VEC_PUSH(&out->tests);

		judge_group(&judge, groups.order + groups.items[i].first, groups.items[i].count,
			    test);
		out->flaky += test->state == STATE_FLAKY;
		out->broken += test->state == STATE_BROKEN;
	}
	costs_charge(evidence, &groups, out);
}

static void count_runs(const struct evidence *evidence, struct flake_report *out)
{
	VEC_EACH (const struct run_facts, run, &evidence->runs) {
		if (!run_is_evidence(run->outcome)) {
			out->ignored_runs++;
		} else if (run->dirty) {
			out->dirty_runs++;
		} else if (!run->source) {
			out->unknown_source_runs++;
		}
	}
}

void analyze_flakes(const struct evidence *evidence, struct flake_report *out)
{
	*out = (struct flake_report){0};
	judge_all(evidence, out);
	count_runs(evidence, out);
	services_summarise(evidence, out);
	incidents_collect(evidence, out);
	if (out->tests.len > 1) {
		/* The comparison only reads: qsort_r has no const payload. */
		struct evidence readable = *evidence;

		qsort_r(out->tests.items, out->tests.len, sizeof(*out->tests.items), compare_tests,
			&readable);
	}
}

void flake_report_release(struct flake_report *report)
{
	VEC_EACH (struct test_judgement, test, &report->tests) {
		VEC_FREE(&test->signatures);
	}
	VEC_FREE(&report->tests);
	VEC_FREE(&report->services);
	VEC_FREE(&report->incidents);
	VEC_FREE(&report->mass);
	*report = (struct flake_report){0};
}
