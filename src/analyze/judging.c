/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/judging.h"

#include "analyze/course.h"
#include "analyze/judge.h"
#include "analyze/signatures.h"
#include "analyze/where.h"
#include "base/share.h"

#include <stdlib.h>
#include <string.h>

/* Few enough that no thread waits long for the last of another, enough that neighbours share a frame. */
#define TESTS_A_PART 8

/* A test with something to judge. */
struct asked {
	struct course course;
	uint64_t key;  /* the same of those with one frame */
	size_t like;   /* the first one with the same course, by its number: itself most often */
	size_t worker; /* who judged it, */
	size_t first, count; /* and where: one judgement a lane */
	size_t place;        /* of the first one in the report */
};

struct judging {
	const struct ground *ground;
	struct asked *asked; /* by test; room for all of them */
	size_t len;
	struct asked **order; /* those that are like no other, frame by frame */
	size_t order_len;
	struct {
		VEC(struct test_judgement)
	} found[SHARE_WORKERS_MOST]; /* by each worker */
	uint32_t *judged;            /* of each observation: a lane of its test; NOT_JUDGED */
	struct flake_report *report;
};

static void judging_end(struct judging *judging)
{
	free(judging->asked);
	free(judging->order);
	for (size_t i = 0; i < SHARE_WORKERS_MOST; i++) {
		VEC_FREE(&judging->found[i]);
	}
}

static void share_tests(struct judging *judging, size_t count, share_fn *work)
{
	struct share share = {.count = count, .step = TESTS_A_PART};
	size_t workers = share_workers(judging->ground->evidence->observations.len, WORK_LEAST);

	share_out(&share, workers, work, judging);
}

static bool is_asked(const struct ground *ground, size_t test, bool failed)
{
	bool wanted = !ground->only || ground->only[test];

	return wanted && (failed || ground->evidence->tests.items[test].asked);
}

/* What there is to judge of each test: asked[test].key stays 0 where it is nothing. */
static void look(struct share *share, size_t worker, void *payload)
{
	struct judging *judging = payload;
	const struct ground *ground = judging->ground;
	const struct evidence *evidence = ground->evidence;
	struct part part;

	(void)worker;
	while (share_take(share, &part)) {
		struct course course = {.end = evidence_first_observation(evidence, part.first)};

		for (course.test = part.first; course.test < part.end; course.test++) {
			struct asked *asked = &judging->asked[course.test];

			bool failed;

			course.first = course.end;
			failed = looks_any_failure(evidence, ground->left_out, course.test,
						   course.first, &course.end);
			if (is_asked(ground, course.test, failed)) {
				asked->course = course;
				asked->course.hash = course_hash(evidence, &course);
				asked->key = framing_key(ground, &asked->course);
				asked->count = 1;
			}
		}
	}
}

static int compare_keys(const void *a, const void *b)
{
	const struct asked *left = *(struct asked *const *)a, *right = *(struct asked *const *)b;

	if (left->key != right->key) {
		return left->key < right->key ? -1 : 1;
	}
	return (left > right) - (left < right);
}

/* Of tests with one course only the first is judged; those with one frame one after the other. */
static void list(struct judging *judging)
{
	const struct evidence *evidence = judging->ground->evidence;
	CLEANUP(courses_release) struct courses courses = {0};

	courses_make(evidence->tests.len, &courses);
	for (size_t test = 0; test < evidence->tests.len; test++) {
		struct asked *asked = &judging->asked[judging->len];

		if (judging->asked[test].count > 0) {
			*asked = judging->asked[test];
			asked->like =
				courses_find(&courses, evidence, &asked->course, judging->len);
			if (asked->like == judging->len) {
				judging->order[judging->order_len++] = asked;
			}
			judging->len++;
		}
	}
	if (judging->order_len > 1) {
		qsort(judging->order, judging->order_len, sizeof(struct asked *), compare_keys);
	}
}

/* Each lane of the test by itself. */
static void judge_lanes(struct judging *judging, struct judge *judge, struct asked *asked,
			size_t worker)
{
	const struct frame *frame = judge_begin(judge, &asked->course);
	size_t first = judging->found[worker].len;

	VEC_EACH (const struct frame_lane, lane, &frame->lanes) {
		struct test_judgement *judgement = VEC_PUSH(&judging->found[worker]);

		judgement->group = NO_INDEX;
		judge_lane(judge, asked->course.test, lane, judgement);
		judge_note_lane(judge, (uint32_t)(lane - frame->lanes.items), judging->judged);
	}
	judge_end(judge, &asked->course);
	asked->worker = worker;
	asked->first = first;
	asked->count = judging->found[worker].len - first;
	where_mark(judging->found[worker].items + first, asked->count);
}

static void judge_some(struct share *share, size_t worker, void *payload)
{
	struct judging *judging = payload;
	CLEANUP(judge_release) struct judge judge = {0};
	struct part part;

	judge_init(&judge, judging->ground);
	while (share_take(share, &part)) {
		for (size_t i = part.first; i < part.end; i++) {
			judge_lanes(judging, &judge, judging->order[i], worker);
		}
	}
}

static void find_places(struct judging *judging)
{
	struct flake_report *report = judging->report;

	for (size_t i = 0; i < judging->len; i++) {
		struct asked *asked = &judging->asked[i];

		asked->count = judging->asked[asked->like].count;
		asked->place = report->tests.len;
		report->tests.len += asked->count;
	}
	report->tests.cap = report->tests.len + 1;
	report->tests.items = mem_resize(NULL, report->tests.cap, sizeof(*report->tests.items));
}

/* As the first one of its course was judged; only what it said when it failed is its own. */
static void report_one(struct judging *judging, struct signature_counter *counter,
		       const struct asked *asked)
{
	const struct asked *like = &judging->asked[asked->like];
	struct test_judgement *out = &judging->report->tests.items[asked->place];
	const struct course *course = &asked->course;

	if (asked != like) {
		memcpy(judging->judged + course->first, judging->judged + like->course.first,
		       (course->end - course->first) * sizeof(*judging->judged));
	}
	for (size_t i = 0; i < asked->count; i++) {
		out[i] = judging->found[like->worker].items[like->first + i];
		out[i].test = course->test;
		signature_counter_count(counter, course, judging->judged, (uint32_t)i, &out[i]);
	}
}

static void report_some(struct share *share, size_t worker, void *payload)
{
	struct judging *judging = payload;
	CLEANUP(signature_counter_release) struct signature_counter counter = {0};
	struct part part;

	(void)worker;
	signature_counter_make(judging->ground->evidence, judging->report->kinds, &counter);
	while (share_take(share, &part)) {
		for (size_t i = part.first; i < part.end; i++) {
			report_one(judging, &counter, &judging->asked[i]);
		}
	}
}

/* From lanes of a test to judgements of the report. */
static void number(struct judging *judging)
{
	for (size_t i = 0; i < judging->len; i++) {
		const struct asked *asked = &judging->asked[i];

		for (size_t k = asked->course.first; k < asked->course.end; k++) {
			judging->judged[k] +=
				judging->judged[k] == NOT_JUDGED ? 0 : (uint32_t)asked->place;
		}
	}
}

uint32_t *judging_do(const struct ground *ground, struct flake_report *report)
{
	const struct evidence *evidence = ground->evidence;
	size_t seen = evidence->observations.len;
	CLEANUP(judging_end)
	struct judging judging = {
		.ground = ground,
		.asked = mem_array(evidence->tests.len + 1, sizeof(*judging.asked)),
		.order = mem_array(evidence->tests.len + 1, sizeof(*judging.order)),
		.judged = mem_resize(NULL, seen + 1, sizeof(*judging.judged)),
		.report = report,
	};

	memset(judging.judged, 0xff, seen * sizeof(*judging.judged));
	share_tests(&judging, evidence->tests.len, look);
	list(&judging);
	share_tests(&judging, judging.order_len, judge_some);
	find_places(&judging);
	share_tests(&judging, judging.len, report_some);
	number(&judging);
	return judging.judged;
}
