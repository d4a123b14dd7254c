/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/flakes.h"

#include "analyze/alike.h"
#include "analyze/costs.h"
#include "analyze/fate.h"
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

/* A course, and what those with one frame have in common. */
struct asked {
	struct course course;
	uint64_t key;
};

struct asked_list {
	VEC(struct asked)
};

/* What is at hand while one test after the other is judged. */
struct judging {
	struct judge judge;
	struct run_numbers numbers;
	struct courses courses;
	struct asked_list asked;
	size_t *judged; /* of each observation the judgement that it went into; NO_INDEX */
};

static void judging_end(struct judging *judging)
{
	judge_release(&judging->judge);
	run_numbers_release(&judging->numbers);
	courses_release(&judging->courses);
	VEC_FREE(&judging->asked);
	free(judging->judged);
}

/* Each lane of the test by itself. */
static void judge_lanes(struct judging *judging, const struct course *course,
			struct flake_report *out)
{
	const struct frame *frame = judge_begin(&judging->judge, course);
	size_t first = out->tests.len;

	VEC_EACH (const struct frame_lane, lane, &frame->lanes) {
		struct test_judgement *judgement = VEC_PUSH(&out->tests);

		judgement->group = NO_INDEX;
		judge_lane(&judging->judge, course->test, lane, judgement);
		judge_note_lane(&judging->judge, out->tests.len - 1, judging->judged);
	}
	judge_end(&judging->judge, course);
	where_mark(out->tests.items + first, out->tests.len - first);
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
		judge_lanes(judging, course, out);
	}
	if (kept && kept->count == 0) {
		kept->judgement = first;
		kept->count = out->tests.len - first;
	}
	for (size_t i = first; i < out->tests.len; i++) {
		judge_signatures(&judging->judge, course, judging->judged, i, &out->tests.items[i]);
	}
}

static int compare_asked(const void *a, const void *b)
{
	const struct asked *left = a, *right = b;

	if (left->key != right->key) {
		return left->key < right->key ? -1 : 1;
	}
	return compare_sizes(left->course.test, right->course.test);
}

/* Those with a failure that counts, one frame after the other. */
static void list_asked(struct judging *judging, const bool *left_out)
{
	const struct evidence *evidence = judging->judge.evidence;
	struct course course = {0};
	uint64_t keys = 0;

	for (; course.test < evidence->tests.len; course.test++, course.first = course.end) {
		/* one alone was asked for */
		if (looks_any_failure(evidence, left_out, course.test, course.first, &course.end) ||
		    evidence->tests.len == 1) {
			struct asked *asked = VEC_PUSH(&judging->asked);

			asked->course = course;
			asked->key = framing_key(&judging->judge.framing, &asked->course);
			keys += asked->key != judging->asked.items[0].key;
		}
	}
	if (keys > 0) {
		qsort(judging->asked.items, judging->asked.len, sizeof(*judging->asked.items),
		      compare_asked);
	}
}

static int compare_by_test(const void *a, const void *b, void *payload)
{
	const struct test_judgement *tests = payload;
	size_t left = *(const size_t *)a, right = *(const size_t *)b;
	int order = compare_sizes(tests[left].test, tests[right].test);

	return order ? order : compare_sizes(left, right);
}

/* From the order of the frames into that of the tests. */
static void order_by_test(const struct evidence *evidence, size_t *judged, struct flake_report *out)
{
	size_t count = out->tests.len;
	AUTO_FREE size_t *order = mem_array(count + 1, sizeof(*order));
	AUTO_FREE size_t *place = mem_array(count + 1, sizeof(*place));
	struct test_judgement *tests = mem_array(count + 1, sizeof(*tests));

	for (size_t i = 0; i < count; i++) {
		order[i] = i;
	}
	qsort_r(order, count, sizeof(*order), compare_by_test, out->tests.items);
	for (size_t i = 0; i < count; i++) {
		tests[i] = out->tests.items[order[i]];
		place[order[i]] = i;
	}
	for (size_t i = 0; i < evidence->observations.len; i++) {
		judged[i] = judged[i] == NO_INDEX ? NO_INDEX : place[judged[i]];
	}
	free(out->tests.items);
	out->tests.items = tests;
	out->tests.cap = count + 1;
}

static void judge_tests(struct judging *judging, struct flake_report *out)
{
	const struct evidence *evidence = judging->judge.evidence;
	bool in_order = true;

	list_asked(judging, out->left_out);
	VEC_EACH (const struct asked, asked, &judging->asked) {
		judge_course(judging, &asked->course, out);
		in_order = in_order && (asked == judging->asked.items ||
					asked[-1].course.test < asked->course.test);
	}
	if (!in_order) {
		order_by_test(evidence, judging->judged, out);
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
	judge_init(&judging.judge, evidence, &judging.numbers, out->kinds, out->left_out, prior);
	courses_make(evidence->tests.len, &judging.courses);
	for (size_t i = 0; i < evidence->observations.len; i++) {
		judging.judged[i] = NO_INDEX;
	}
	judge_tests(&judging, out);
	costs_charge(evidence, judging.judged, out);
	fates_tell(evidence, judging.judged, out);
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
	free(report->fates);
	timeline_release(&report->timeline);
	VEC_FREE(&report->services);
	VEC_FREE(&report->incidents);
	VEC_FREE(&report->mass);
	*report = (struct flake_report){0};
}
