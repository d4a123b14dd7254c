/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/flakes.h"

#include "analyze/alike.h"
#include "analyze/costs.h"
#include "analyze/fate.h"
#include "analyze/groups.h"
#include "analyze/incidents.h"
#include "analyze/judging.h"
#include "analyze/mass.h"
#include "analyze/services.h"
#include "base/share.h"
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
	const size_t *ranks = payload;
	int order = (int)left->state - (int)right->state;

	if (order == 0) {
		order = compare_weight(left, right);
	}
	if (order == 0) {
		order = compare_sizes(ranks[left->test], ranks[right->test]);
	}
	if (order == 0) {
		order = strcmp(left->job, right->job);
	}
	return order ? order : strcmp(left->variant, right->variant);
}

/* What is at hand while a history is judged. */
struct analysis {
	const struct evidence *evidence;
	struct flake_report *out;
	struct run_numbers numbers;
	size_t *ranks;    /* of each test: its place by name */
	uint32_t *judged; /* of each observation (judging.h) */
};

static void analysis_end(struct analysis *analysis)
{
	run_numbers_release(&analysis->numbers);
	free(analysis->ranks);
	free(analysis->judged);
}

static void order_runs(void *payload)
{
	struct analysis *analysis = payload;
	struct flake_report *out = analysis->out;

	timeline_make(analysis->evidence, &out->timeline);
	run_numbers_make(analysis->evidence, &out->timeline, &analysis->numbers);
	mass_find(analysis->evidence, &analysis->numbers, &out->mass);
	out->left_out = mem_array(analysis->evidence->runs.len + 1, sizeof(*out->left_out));
	VEC_EACH (const struct mass_failure, failure, &out->mass) {
		out->left_out[failure->run] = true;
	}
}

static size_t workers_for(const struct analysis *analysis)
{
	return share_workers(analysis->evidence->observations.len, WORK_LEAST);
}

static int compare_ranked(const void *a, const void *b, void *payload)
{
	const struct test_facts *tests = payload;

	return compare_names(&tests[*(const size_t *)a], &tests[*(const size_t *)b]);
}

static void compare_all_texts(void *payload)
{
	struct analysis *analysis = payload;
	size_t count = analysis->evidence->tests.len;
	AUTO_FREE size_t *order = mem_array(count + 1, sizeof(*order));

	analysis->out->kinds = alike_signatures(analysis->evidence);
	for (size_t i = 0; i < count; i++) {
		order[i] = i;
	}
	qsort_r(order, count, sizeof(*order), compare_ranked, analysis->evidence->tests.items);
	analysis->ranks = mem_array(count + 1, sizeof(*analysis->ranks));
	for (size_t i = 0; i < count; i++) {
		analysis->ranks[order[i]] = i;
	}
}

static void charge(void *payload)
{
	struct analysis *analysis = payload;
	AUTO_FREE struct run_failures *failures =
		run_failures_count(analysis->evidence, analysis->judged, analysis->out);

	fates_tell(analysis->evidence, failures, analysis->out);
	costs_charge(analysis->evidence, analysis->judged, failures, analysis->out);
}

static void group(void *payload)
{
	struct analysis *analysis = payload;

	groups_find(analysis->evidence, analysis->judged, analysis->out);
}

static void judge(struct analysis *analysis, const struct prior *prior, const bool *only)
{
	CLEANUP(ground_release) struct ground ground = {0};

	share_two(order_runs, compare_all_texts, workers_for(analysis), analysis);
	ground_make(analysis->evidence, &analysis->numbers, analysis->out->left_out,
		    prior ? prior : &prior_default, &ground);
	ground.only = only;
	analysis->judged = judging_do(&ground, analysis->out);
}

static void sum_up(struct analysis *analysis)
{
	share_two(group, charge, workers_for(analysis), analysis);
	VEC_EACH (const struct test_judgement, test, &analysis->out->tests) {
		analysis->out->count[test->state]++;
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

size_t flake_report_listed(const struct flake_report *report)
{
	size_t listed = 0;

	for (enum test_state state = 0; state < STATE_COUNT; state++) {
		listed += report->count[state];
	}
	return listed;
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
	CLEANUP(analysis_end) struct analysis analysis = {.evidence = evidence, .out = out};

	*out = (struct flake_report){0};
	judge(&analysis, prior, NULL);
	sum_up(&analysis);
	count_runs(evidence, out);
	services_summarise(evidence, out);
	incidents_collect(evidence, out);
	if (out->tests.len > 1) {
		qsort_r(out->tests.items, out->tests.len, sizeof(*out->tests.items), compare_tests,
			analysis.ranks);
	}
	rank(out);
}

void analyze_some_tests(const struct evidence *evidence, const struct prior *prior,
			const bool *marked, struct flake_report *out)
{
	CLEANUP(analysis_end) struct analysis analysis = {.evidence = evidence, .out = out};

	*out = (struct flake_report){0};
	judge(&analysis, prior, marked);
}

void analyze_mass(const struct evidence *evidence, struct mass_list *out)
{
	CLEANUP(run_numbers_release) struct run_numbers numbers = {0};
	CLEANUP(timeline_release) struct timeline timeline = {0};

	*out = (struct mass_list){0};
	timeline_make(evidence, &timeline);
	run_numbers_make(evidence, &timeline, &numbers);
	mass_find(evidence, &numbers, out);
}

size_t mass_list_find(const struct mass_list *list, size_t run)
{
	size_t failures = 0;

	VEC_EACH (const struct mass_failure, failure, list) {
		failures = failure->run == run ? failure->failures : failures;
	}
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
	free(report->fates);
	timeline_release(&report->timeline);
	VEC_FREE(&report->services);
	VEC_FREE(&report->incidents);
	VEC_FREE(&report->mass);
	*report = (struct flake_report){0};
}
