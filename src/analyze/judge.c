/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/judge.h"

#include "analyze/lines.h"
#include "analyze/streak.h"
#include "analyze/where.h"
#include "base/str.h"

#include <stdlib.h>

#define FLAKY_CERTAIN 0.95

/* More than one look in so many. */
#define MANY 16

/* After so many runs without it a test is a new one. */
#define NEW_LEAST 5

void judge_init(struct judge *judge, const struct ground *ground)
{
	const struct run_numbers *numbers = ground->numbers;
	size_t runs = ground->evidence->runs.len;

	*judge = (struct judge){
		.ground = ground,
		.failed = mem_array(numbers->sources + 1, sizeof(size_t)),
		.failures = mem_array(numbers->sources + 1, sizeof(size_t)),
		.disagree = mem_array(numbers->sources + 1, sizeof(size_t)),
		.pull_requests = mem_array(numbers->pull_requests + 1, sizeof(size_t)),
		.seen = mem_array(runs + 1, sizeof(size_t)),
		.broken = mem_array(runs + 1, sizeof(bool)),
		.line_start = mem_array(numbers->lines + 1, sizeof(size_t)),
		.line_broken = mem_array(runs + 1, sizeof(bool)),
		.lines.items = mem_array(runs + 1, sizeof(struct spot)),
	};
	for (size_t run = 0; run < runs; run++) {
		judge->seen[run] = NO_INDEX;
	}
	framing_begin(ground, &judge->framing);
	ancestry_make(numbers->timeline, &judge->ancestry);
}

void judge_release(struct judge *judge)
{
	free(judge->failed);
	free(judge->failures);
	free(judge->disagree);
	free(judge->pull_requests);
	free(judge->seen);
	free(judge->broken);
	free(judge->line_broken);
	free(judge->line_start);
	framing_end(&judge->framing);
	ancestry_release(&judge->ancestry);
	VEC_FREE(&judge->touches);
	VEC_FREE(&judge->places);
	free(judge->lines.items);
	*judge = (struct judge){0};
}

const struct observation *judge_seen(const struct judge *judge, size_t look)
{
	size_t seen = judge->seen[judge->frame->runs[look]];

	return seen == NO_INDEX ? NULL : &judge->ground->evidence->observations.items[seen];
}

bool judge_is_edited(const struct judge *judge, size_t run)
{
	return judge->ground->numbers->dirty[run];
}

static int compare_touches(const void *a, const void *b)
{
	const struct touch *left = a, *right = b;

	return (left->look > right->look) - (left->look < right->look);
}

/* Of many touches it takes less to look at all looks than to sort them. */
static void order_touches(struct judge *judge)
{
	const struct frame *frame = judge->frame;
	size_t count = judge->touches.len, len = 0;

	if (count < frame->len / MANY) {
		qsort(judge->touches.items, count, sizeof(*judge->touches.items), compare_touches);
		return;
	}
	for (size_t look = 0; look < frame->len && len < count; look++) {
		size_t seen = judge->seen[frame->runs[look]];

		if (seen != NO_INDEX) {
			judge->touches.items[len++] = (struct touch){.look = look, .seen = seen};
		}
	}
	judge->touches.len = len;
}

/* Those looks at which there is more to see than a pass, in their order; mostly they come in it. */
const struct frame *judge_begin(struct judge *judge, const struct course *course)
{
	const struct observation *all = judge->ground->evidence->observations.items;
	bool sorted = true;

	judge->frame = framing_get(&judge->framing, course);
	judge->touches.len = 0;
	for (size_t i = course->first; i < course->end; i++) {
		size_t look = judge->frame->look_of[all[i].run], len = judge->touches.len;

		if (look != NO_INDEX) {
			sorted = sorted && (len == 0 || judge->touches.items[len - 1].look < look);
			*VEC_PUSH(&judge->touches) = (struct touch){.look = look, .seen = i};
			judge->seen[all[i].run] = i;
		}
	}
	if (!sorted) {
		order_touches(judge);
	}
	judge->end_touch = 0;
	return judge->frame;
}

void judge_end(struct judge *judge, const struct course *course)
{
	for (size_t i = course->first; i < course->end; i++) {
		judge->seen[judge->ground->evidence->observations.items[i].run] = NO_INDEX;
	}
}

/* True the first time a mark is set in this turn. */
static bool mark(const struct judge *judge, size_t *slot)
{
	bool is_new = *slot != judge->turn;

	*slot = judge->turn;
	return is_new;
}

static void note_failure(struct judge *judge, const struct observation *seen,
			 struct test_judgement *out)
{
	size_t pull = judge->ground->numbers->pull_request[seen->run];

	if (out->failures == 0 || seen->run < out->first_failure) {
		out->first_failure = seen->run;
	}
	if (out->failures == 0 || seen->run > out->last_failure) {
		out->last_failure = seen->run;
	}
	out->failures++;
	if (pull != NO_INDEX && mark(judge, &judge->pull_requests[pull])) {
		out->pull_requests++;
	}
}

/* Puts what was seen at that look on top of the frame. */
static void note(struct judge *judge, const struct touch *touch, struct test_judgement *out)
{
	const struct observation *seen = &judge->ground->evidence->observations.items[touch->seen];
	struct spot *spot = &judge->frame->spots[judge->frame->spot_of[touch->look]];
	size_t source = judge->ground->numbers->source[seen->run];
	bool bad = observation_is_bad(seen), flaky = observation_is_flaky(seen);

	spot->bad += bad;
	spot->retry_passed += flaky;
	spot->failed_again += seen->failed_again;
	out->flaky_runs += flaky;
	if (source != NO_INDEX && bad) {
		if (mark(judge, &judge->failed[source])) {
			judge->failures[source] = 0;
		}
		judge->failures[source] += !flaky;
	}
	if (bad) {
		note_failure(judge, seen, out);
	}
}

/* Sources at which it also passed, at another look or by a retry. */
static void count_disagreeing(struct judge *judge, struct test_judgement *out)
{
	for (size_t i = judge->first_touch; i < judge->end_touch; i++) {
		const struct touch *touch = &judge->touches.items[i];
		size_t run = judge->frame->runs[touch->look];
		size_t source = judge->ground->numbers->source[run];

		if (source != NO_INDEX && judge->failed[source] == judge->turn &&
		    judge->failures[source] < judge->frame->same_source[touch->look] &&
		    mark(judge, &judge->disagree[source])) {
			out->disagreeing_sources++;
		}
	}
}

static void take_back(struct judge *judge)
{
	for (size_t i = judge->first_touch; i < judge->end_touch; i++) {
		size_t look = judge->touches.items[i].look;
		struct spot *spot = &judge->frame->spots[judge->frame->spot_of[look]];

		spot->bad = spot->retry_passed = spot->failed_again = 0;
	}
}

struct rate judge_rate(struct judge *judge, size_t failures, size_t runs)
{
	size_t slot = (runs * 31 + failures * 3) % ARRAY_LEN(judge->answers);
	struct rate_answer *answer = &judge->answers[slot];

	if (!answer->valid || answer->runs != runs || answer->failures != failures) {
		*answer = (struct rate_answer){true, failures, runs,
					       beta_rate_any(judge->ground->prior, failures, runs)};
	}
	return answer->rate;
}

/* If the newest run failed and its source had passed before, that source disagrees with itself and
 * the test is flaky: so a running streak is all that "never passed on its newest source" needs. */
static enum test_state state_of(const struct test_judgement *test)
{
	if (test->flaky_runs > 0 || test->disagreeing_sources > 0 ||
	    test->probability >= FLAKY_CERTAIN) {
		return STATE_FLAKY;
	}
	return test->streak > 0 ? STATE_BROKEN : STATE_OTHER;
}

static void judge_other(struct judge *judge, struct test_judgement *out)
{
	out->rate = judge_rate(judge, out->failures, out->runs);
	if (out->failures > 0) {
		out->state = judge_breaks(judge, out) ? STATE_FIXED : STATE_UNDECIDED;
		out->runs_needed = clean_until_next(judge->ground->prior, out->failures, out->runs);
	}
}

static void find_nature(struct judge *judge, struct nature *out)
{
	struct clean_rest rest;

	if (lines_few(judge, &rest)) {
		nature_of_few(&judge->ground->kinds, judge->lines.items, judge->lines.len, &rest,
			      out);
	} else {
		lines_all(judge);
		nature_of(&judge->ground->kinds, judge->lines.items, judge->lines.len, out);
	}
}

static void judge_nature(struct judge *judge, struct test_judgement *out)
{
	struct nature nature = {0};

	if (out->failures > 0) {
		find_nature(judge, &nature);
	}
	out->probability = nature.flaky;
	out->state = state_of(out);
	if (out->state == STATE_FLAKY) {
		judge_flaky(judge, &nature, out);
	} else if (out->state == STATE_BROKEN) {
		judge_broken(judge, out);
	} else {
		judge_other(judge, out);
	}
}

/* Its spots, with what was seen of the test. Lanes come in the order of the frame. */
static void take_lane(struct judge *judge, const struct frame_lane *lane,
		      struct test_judgement *out)
{
	judge->turn++;
	judge->lane = lane;
	judge->lines.all = false;
	judge->spots.items = judge->frame->spots + lane->first_spot;
	judge->spots.len = lane->end_spot - lane->first_spot;
	judge->first_touch = judge->end_touch;
	while (judge->end_touch < judge->touches.len &&
	       judge->touches.items[judge->end_touch].look < lane->end) {
		note(judge, &judge->touches.items[judge->end_touch++], out);
	}
	count_disagreeing(judge, out);
}

void judge_lane(struct judge *judge, size_t test, const struct frame_lane *lane,
		struct test_judgement *out)
{
	const size_t *runs = judge->frame->runs;
	const struct run_facts *run = &judge->ground->evidence->runs.items[runs[lane->first]];

	out->test = test;
	out->job = str_or(run->job, "");
	out->variant = str_or(run->variant, "");
	out->runs = lane->end - lane->first;
	take_lane(judge, lane, out);
	streak_find(judge, out);
	judge_nature(judge, out);
	if (out->failures > 0) {
		out->is_new = judge->ground->numbers->ahead[runs[lane->first]] >= NEW_LEAST;
	}
	if (out->state == STATE_BROKEN) {
		/* somebody took it away, or skips it */
		out->absent = judge->ground->numbers->behind[runs[lane->end - 1]];
	}
	out->only_branch = where_only_branch(judge, out);
	take_back(judge);
}

void judge_note_lane(const struct judge *judge, uint32_t lane, uint32_t *judged)
{
	for (size_t i = judge->first_touch; i < judge->end_touch; i++) {
		judged[judge->touches.items[i].seen] = lane;
	}
}
