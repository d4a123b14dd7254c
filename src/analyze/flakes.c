/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/flakes.h"

#include "analyze/alike.h"
#include "analyze/costs.h"
#include "analyze/groups.h"
#include "analyze/incidents.h"
#include "analyze/judge.h"
#include "analyze/mass.h"
#include "analyze/services.h"
#include "analyze/where.h"
#include "base/str.h"

#include <stdlib.h>
#include <string.h>

const char *test_state_name(enum test_state state)
{
	static const char *const names[] = {
		[STATE_FLAKY] = "flaky",         [STATE_BROKEN] = "broken", [STATE_FIXED] = "fixed",
		[STATE_UNDECIDED] = "undecided", [STATE_OTHER] = "other",
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
	int order = 0;

	if (left->state != STATE_FLAKY) {
		return compare_sizes(right->failures, left->failures);
	}
	if (left->minutes_lost > right->minutes_lost || left->minutes_lost < right->minutes_lost) {
		return left->minutes_lost > right->minutes_lost ? -1 : 1;
	}
	order = compare_sizes(right->pull_requests, left->pull_requests);
	if (order == 0) {
		order = compare_sizes(right->false_reds, left->false_reds);
	}
	return order ? order
		     : compare_sizes(right->flaky_runs + right->disagreeing_sources,
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

/* What is at hand while one test after the other is judged. */
struct judging {
	struct judge judge;
	struct run_numbers numbers;
	struct look_list looks;
	struct courses courses;
	size_t *judged; /* of each observation the judgement that it went into; NO_INDEX */
};

static void judging_end(struct judging *judging)
{
	judge_release(&judging->judge);
	run_numbers_release(&judging->numbers);
	looks_release(&judging->looks);
	courses_release(&judging->courses);
	free(judging->judged);
}

/* Each lane of the test by itself. */
static void judge_lanes(struct judging *judging, size_t test, struct flake_report *out)
{
	const struct look_list *looks = &judging->looks;
	size_t first = out->tests.len;

	for (size_t at = 0, end = 0; at < looks->len; at = end) {
		struct test_judgement *lane = VEC_PUSH(&out->tests);

		end = looks_lane_end(looks, &judging->numbers, at);
		lane->group = NO_INDEX;
		judge_test(&judging->judge, test, looks->items + at, end - at, lane);
		for (size_t i = at; i < end; i++) {
			if (looks->items[i].seen != NO_INDEX) {
				judging->judged[looks->items[i].seen] = out->tests.len - 1;
			}
		}
	}
	where_mark(judging->judge.evidence, looks, &judging->numbers, out->tests.items + first,
		   out->tests.len - first);
}

/* As the other test, which has the same course, was judged. */
static void copy_lanes(struct judging *judging, const struct course *course,
		       const struct course *other, struct flake_report *out)
{
	size_t first = out->tests.len;

	for (size_t i = 0; i < other->count; i++) {
		struct test_judgement *lane = VEC_PUSH(&out->tests);

		*lane = out->tests.items[other->judgement + i];
		lane->test = course->test;
		lane->signatures = (struct signature_list){0};
	}
	for (size_t i = 0; i < course->end - course->first; i++) {
		size_t judged = judging->judged[other->first + i];

		judging->judged[course->first + i] =
			judged == NO_INDEX ? NO_INDEX : judged - other->judgement + first;
	}
}

static void judge_course(struct judging *judging, const struct course *course,
			 struct flake_report *out)
{
	const struct evidence *evidence = judging->judge.evidence;
	struct course *kept = courses_find(&judging->courses, evidence, course);
	size_t first = out->tests.len;

	if (kept && kept->count > 0) {
		copy_lanes(judging, course, kept, out);
	} else {
		looks_at(evidence, &judging->numbers, out->left_out, course, &judging->looks);
		judge_lanes(judging, course->test, out);
	}
	if (kept && kept->count == 0) {
		kept->judgement = first;
		kept->count = out->tests.len - first;
	}
	for (size_t i = first; i < out->tests.len; i++) {
		judge_signatures(&judging->judge, course, judging->judged, i, &out->tests.items[i]);
	}
}

static void judge_tests(struct judging *judging, struct flake_report *out)
{
	const struct evidence *evidence = judging->judge.evidence;
	struct course course = {0};

	for (; course.test < evidence->tests.len; course.test++, course.first = course.end) {
		/* one alone was asked for */
		if (looks_any_failure(evidence, out->left_out, course.test, course.first,
				      &course.end) ||
		    evidence->tests.len == 1) {
			judge_course(judging, &course, out);
		}
	}
}

static void judge_all(const struct evidence *evidence, const struct prior *prior,
		      struct flake_report *out)
{
	CLEANUP(judging_end)
	struct judging judging = {
		.judged = mem_array(evidence->observations.len + 1, sizeof(*judging.judged)),
	};

	run_numbers_make(evidence, &out->timeline, &judging.numbers);
	mass_find(evidence, &judging.numbers, &out->mass);
	out->left_out = mem_array(evidence->runs.len + 1, sizeof(*out->left_out));
	VEC_EACH (const struct mass_failure, failure, &out->mass) {
		out->left_out[failure->run] = true;
	}
	judge_init(&judging.judge, evidence, &judging.numbers, out->kinds, prior);
	looks_make(evidence, &judging.looks);
	courses_make(evidence->tests.len, &judging.courses);
	for (size_t i = 0; i < evidence->observations.len; i++) {
		judging.judged[i] = NO_INDEX;
	}
	judge_tests(&judging, out);
	costs_charge(evidence, judging.judged, out);
	groups_find(evidence, judging.judged, out);
	VEC_EACH (const struct test_judgement, test, &out->tests) {
		out->count[test->state]++;
	}
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

const struct test_judgement *flake_report_nth(const struct flake_report *report,
					      enum test_state state, size_t i)
{
	for (enum test_state before = 0; before < state; before++) {
		i += report->count[before];
	}
	return &report->tests.items[i];
}

const struct test_judgement *flake_report_ranked(const struct flake_report *report,
						 enum test_state state, size_t i)
{
	return state == STATE_FLAKY ? &report->tests.items[report->ranked[i]]
				    : flake_report_nth(report, state, i);
}

const struct test_judgement *flake_report_first(const struct flake_report *report)
{
	return flake_report_ranked(report,
				   report->count[STATE_FLAKY] > 0 ? STATE_FLAKY : STATE_BROKEN, 0);
}

/* Equal ones stay in their order. */
static int compare_recent(const void *a, const void *b, void *payload)
{
	const struct test_judgement *tests = payload;
	size_t left = *(const size_t *)a, right = *(const size_t *)b;

	if (tests[left].recent > tests[right].recent || tests[left].recent < tests[right].recent) {
		return tests[left].recent > tests[right].recent ? -1 : 1;
	}
	return compare_sizes(left, right);
}

static void rank(struct flake_report *report)
{
	size_t count = report->count[STATE_FLAKY];

	report->ranked = mem_array(count + 1, sizeof(*report->ranked));
	for (size_t i = 0; i < count; i++) {
		report->ranked[i] = i;
	}
	qsort_r(report->ranked, count, sizeof(*report->ranked), compare_recent,
		report->tests.items);
}

void analyze_flakes(const struct evidence *evidence, const struct prior *prior,
		    struct flake_report *out)
{
	*out = (struct flake_report){0};
	timeline_make(evidence, &out->timeline);
	out->kinds = alike_signatures(evidence);
	judge_all(evidence, prior ? prior : &prior_default, out);
	count_runs(evidence, out);
	services_summarise(evidence, out);
	incidents_collect(evidence, out);
	if (out->tests.len > 1) {
		/* The comparison only reads: qsort_r has no const payload. */
		struct evidence readable = *evidence;

		qsort_r(out->tests.items, out->tests.len, sizeof(*out->tests.items), compare_tests,
			&readable);
	}
	rank(out);
}

size_t analyze_mass(const struct evidence *evidence, size_t run)
{
	CLEANUP(run_numbers_release) struct run_numbers numbers = {0};
	CLEANUP(timeline_release) struct timeline timeline = {0};
	struct mass_list mass = {0};
	size_t failures = 0;

	timeline_make(evidence, &timeline);
	run_numbers_make(evidence, &timeline, &numbers);
	mass_find(evidence, &numbers, &mass);
	VEC_EACH (const struct mass_failure, failure, &mass) {
		failures = failure->run == run ? failure->failures : failures;
	}
	VEC_FREE(&mass);
	return failures;
}

void flake_report_release(struct flake_report *report)
{
	VEC_EACH (struct test_judgement, test, &report->tests) {
		VEC_FREE(&test->signatures);
	}
	VEC_FREE(&report->tests);
	VEC_FREE(&report->groups);
	free(report->ranked);
	free(report->kinds);
	free(report->left_out);
	timeline_release(&report->timeline);
	VEC_FREE(&report->services);
	VEC_FREE(&report->incidents);
	VEC_FREE(&report->mass);
	*report = (struct flake_report){0};
}
