/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/judge.h"

#include "analyze/change_points.h"
#include "analyze/clean.h"
#include "analyze/onset.h"
#include "base/str.h"

#include <math.h>
#include <stdlib.h>

#define FLAKY_CERTAIN 0.95

/* One failing run between passes may be a rare flake as well: two are needed to speak of a break. */
#define BREAK_RUNS_LEAST 2

void judge_init(struct judge *judge, const struct evidence *evidence,
		const struct run_numbers *numbers, const struct prior *prior)
{
	*judge = (struct judge){
		.evidence = evidence,
		.numbers = numbers,
		.prior = prior,
		.passed = mem_array(numbers->sources + 1, sizeof(size_t)),
		.failed = mem_array(numbers->sources + 1, sizeof(size_t)),
		.pull_requests = mem_array(numbers->pull_requests + 1, sizeof(size_t)),
		.signatures = mem_array(evidence->signatures.len + 1, sizeof(size_t)),
		.signature_slot = mem_array(evidence->signatures.len + 1, sizeof(size_t)),
		.broken = mem_array(evidence->runs.len + 1, sizeof(bool)),
	};
	kinds_make(prior, &judge->kinds);
}

void judge_release(struct judge *judge)
{
	free(judge->passed);
	free(judge->failed);
	free(judge->pull_requests);
	free(judge->signatures);
	free(judge->signature_slot);
	free(judge->broken);
	VEC_FREE(&judge->spots);
	*judge = (struct judge){0};
}

/* True the first time a mark is set in this turn. */
static bool mark(const struct judge *judge, size_t *slot)
{
	bool is_new = *slot != judge->turn;

	*slot = judge->turn;
	return is_new;
}

/* Counts the source at the moment when it has shown both faces. */
static void note_source(struct judge *judge, size_t run, bool bad, bool good,
			struct test_judgement *out)
{
	size_t source = judge->numbers->source[run];
	bool news = false;

	if (source == NO_INDEX) {
		return;
	}
	if (bad) {
		news = mark(judge, &judge->failed[source]);
	}
	if (good) {
		news = mark(judge, &judge->passed[source]) || news;
	}
	if (news && judge->failed[source] == judge->passed[source]) {
		out->disagreeing_sources++;
	}
}

static void note_signature(struct judge *judge, size_t signature, struct test_judgement *out)
{
	if (mark(judge, &judge->signatures[signature])) {
		judge->signature_slot[signature] = out->signatures.len;
		VEC_PUSH(&out->signatures)->signature = signature;
	}
	out->signatures.items[judge->signature_slot[signature]].count++;
}

static void note_failure(struct judge *judge, const struct observation *seen,
			 struct test_judgement *out)
{
	size_t pull = judge->numbers->pull_request[seen->run];

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
	if (seen->has_signature && seen->signature < judge->evidence->signatures.len) {
		note_signature(judge, judge->kinds_of_failures[seen->signature], out);
	}
}

static struct spot *spot_of(struct judge *judge, size_t run)
{
	size_t position = judge->numbers->timeline->position[run];
	struct spot *last = judge->spots.len > 0 ? &judge->spots.items[judge->spots.len - 1] : NULL;

	if (!last || last->position != position) {
		last = VEC_PUSH(&judge->spots);
		last->position = position;
		last->run = run;
	}
	return last;
}

static void note(struct judge *judge, const struct look *look, struct test_judgement *out)
{
	const struct observation *seen =
		look->seen == NO_INDEX ? NULL : &judge->evidence->observations.items[look->seen];
	bool bad = seen && observation_is_bad(seen);
	bool flaky = seen && observation_is_flaky(seen);
	struct spot *spot = spot_of(judge, look->run);

	spot->runs++;
	spot->bad += bad;
	spot->retry_passed += flaky;
	spot->failed_again += seen && seen->failed_again;
	out->runs++;
	out->flaky_runs += flaky;
	note_source(judge, look->run, bad, !bad || flaky, out);
	if (bad) {
		note_failure(judge, seen, out);
	}
	if (!bad || flaky) {
		out->streak = 0;
	} else if (out->streak++ == 0) {
		out->streak_start = look->run;
	}
}

/* The rate of a test that is not flaky: over all three kinds. */
static struct rate rate_in(struct judge *judge, size_t failures, size_t runs)
{
	size_t slot = (runs * 31 + failures * 3) % ARRAY_LEN(judge->answers);
	struct rate_answer *answer = &judge->answers[slot];

	if (!answer->valid || answer->runs != runs || answer->failures != failures) {
		*answer = (struct rate_answer){true, failures, runs,
					       beta_rate_any(judge->prior, failures, runs)};
	}
	return answer->rate;
}

static int compare_counts(const void *a, const void *b)
{
	const struct signature_count *left = a, *right = b;

	if (left->count != right->count) {
		return left->count > right->count ? -1 : 1;
	}
	return (left->signature > right->signature) - (left->signature < right->signature);
}

/* Behind spot `at` - 1, up to spot `at`. */
static struct change change_at(const struct judge *judge, size_t at)
{
	return (struct change){
		.known = at > 0,
		.after = at > 0 ? judge->spots.items[at - 1].position : NO_INDEX,
		.at = judge->spots.items[at].position,
	};
}

/* What is known since the last failure, of what the rate is judged by. */
static size_t clean_runs(const struct judge *judge)
{
	size_t count = 0;

	for (size_t i = judge->spots.len; i > 0 && judge->spots.items[i - 1].bad == 0; i--) {
		count += judge->spots.items[i - 1].runs;
	}
	return count;
}

/* Its last change of pace, when that is one for the worse and not its beginning. */
static void judge_pace(struct judge *judge, struct test_judgement *out)
{
	struct change_list changes = {0};
	size_t count = judge->spots.len, before = 0, bad_before = 0, after = 0, bad_after = 0;
	AUTO_FREE struct position *positions = mem_array(count + 1, sizeof(*positions));
	const struct change_point *last = NULL;

	for (size_t i = 0; i < count; i++) {
		const struct spot *spot = &judge->spots.items[i];

		positions[i] = (struct position){
			.place = spot->position,
			.runs = judge->broken[i] ? 0 : spot->runs,
			.bad = judge->broken[i] ? 0 : spot->bad,
		};
	}
	change_points_find(positions, count, &changes);
	last = changes.len > 0 ? &changes.items[changes.len - 1] : NULL;
	for (size_t i = 0; last && i < count; i++) {
		before += i < last->first ? positions[i].runs : 0;
		bad_before += i < last->first ? positions[i].bad : 0;
		after += i < last->first ? 0 : positions[i].runs;
		bad_after += i < last->first ? 0 : positions[i].bad;
	}
	if (last && bad_before > 0 && bad_after * before > bad_before * after && last->low > 0) {
		out->worse = (struct change){
			.known = true,
			.after = judge->spots.items[last->low - 1].position,
			.at = judge->spots.items[last->high].position,
		};
	}
	VEC_FREE(&changes);
}

static void judge_flaky(struct judge *judge, double rate, struct test_judgement *out)
{
	const struct spot *spots = judge->spots.items;
	size_t count = judge->spots.len;
	struct onset onset;

	nature_broken(judge->prior, spots, count, rate, judge->broken);
	onset_find(judge->prior, spots, judge->broken, count, &onset);
	out->rate = beta_rate_of(judge->prior, onset.parts, onset.count);
	out->broken_now = out->streak > 1 && judge->broken[count - 1];
	out->onset = (struct change){
		.known = onset.known,
		.after = onset.low > 0 ? spots[onset.low - 1].position : NO_INDEX,
		.at = spots[onset.high].position,
	};
	judge_pace(judge, out);
	clean_judge(judge->prior, onset.parts, onset.count, clean_runs(judge), &out->clean);
}

/* Breaks that are over: the last one of them is told. */
static void judge_breaks(struct judge *judge, struct test_judgement *out)
{
	size_t count = judge->spots.len, start = 0, runs = 0;

	nature_broken(judge->prior, judge->spots.items, count, 0, judge->broken);
	for (size_t i = 0; i <= count; i++) {
		bool broken = i < count && judge->broken[i];

		if (broken) {
			start = runs == 0 ? i : start;
			runs += judge->spots.items[i].bad + judge->spots.items[i].failed_again;
			continue;
		}
		if (runs >= BREAK_RUNS_LEAST && i < count) {
			out->breaks++;
			out->onset = change_at(judge, start);
			out->mended = change_at(judge, i);
		}
		runs = 0;
	}
}

static void judge_broken(struct judge *judge, struct test_judgement *out)
{
	size_t at = judge->spots.len;

	while (at > 0 && judge->spots.items[at - 1].bad == judge->spots.items[at - 1].runs) {
		at--;
	}
	judge_breaks(judge, out);
	out->mended = (struct change){0};
	out->onset = change_at(judge, at);
	out->rate = rate_in(judge, out->streak, out->streak);
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
	out->rate = rate_in(judge, out->failures, out->runs);
	if (out->failures > 0) {
		judge_breaks(judge, out);
		out->state = out->breaks > 0 ? STATE_FIXED : STATE_UNDECIDED;
		out->runs_needed = clean_until_next(judge->prior, out->failures, out->runs);
	}
}

static void judge_nature(struct judge *judge, struct test_judgement *out)
{
	struct nature nature = {0};

	if (out->failures > 0) {
		nature_of(&judge->kinds, judge->spots.items, judge->spots.len, &nature);
	}
	out->probability = nature.flaky;
	out->state = state_of(out);
	if (out->state == STATE_FLAKY) {
		judge_flaky(judge, nature.rate, out);
	} else if (out->state == STATE_BROKEN) {
		judge_broken(judge, out);
	} else {
		judge_other(judge, out);
	}
}

void judge_test(struct judge *judge, size_t test, const struct look *looks, size_t count,
		struct test_judgement *out)
{
	const struct run_facts *run = &judge->evidence->runs.items[looks[0].run];

	judge->turn++;
	judge->spots.len = 0;
	out->test = test;
	out->job = str_or(run->job, "");
	out->variant = str_or(run->variant, "");
	for (size_t i = 0; i < count; i++) {
		note(judge, &looks[i], out);
	}
	judge_nature(judge, out);
	if (out->signatures.len > 1) {
		qsort(out->signatures.items, out->signatures.len, sizeof(*out->signatures.items),
		      compare_counts);
	}
}
