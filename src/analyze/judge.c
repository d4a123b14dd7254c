/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/judge.h"

#include "analyze/change_points.h"
#include "analyze/clean.h"
#include "analyze/onset.h"
#include "base/str.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FLAKY_CERTAIN 0.95

/* One failing run between passes may be a rare flake as well: two are needed to speak of a break. */
#define BREAK_RUNS_LEAST 2

/* After so many runs without it a test is a new one. */
#define NEW_LEAST 5

void judge_init(struct judge *judge, const struct evidence *evidence,
		const struct run_numbers *numbers, const size_t *kinds_of_failures,
		const struct prior *prior)
{
	*judge = (struct judge){
		.evidence = evidence,
		.numbers = numbers,
		.prior = prior,
		.kinds_of_failures = kinds_of_failures,
		.passed = mem_array(numbers->sources + 1, sizeof(size_t)),
		.failed = mem_array(numbers->sources + 1, sizeof(size_t)),
		.pull_requests = mem_array(numbers->pull_requests + 1, sizeof(size_t)),
		.signatures = mem_array(evidence->signatures.len + 1, sizeof(size_t)),
		.signature_slot = mem_array(evidence->signatures.len + 1, sizeof(size_t)),
		.broken = mem_array(evidence->runs.len + 1, sizeof(bool)),
		.line_start = mem_array(numbers->lines + 1, sizeof(size_t)),
		.looked = mem_array(numbers->lines + 1, sizeof(size_t)),
		.line_broken = mem_array(evidence->runs.len + 1, sizeof(bool)),
		.ancestors_of = NO_INDEX,
		.spots.items = mem_array(evidence->runs.len + 1, sizeof(struct spot)),
		.lines.items = mem_array(evidence->runs.len + 1, sizeof(struct spot)),
	};
	kinds_make(prior, &judge->kinds);
	change_points_table(evidence->runs.len, &judge->changes);
	beta_table_make(prior->a, prior->b, evidence->runs.len, &judge->onsets);
}

void judge_release(struct judge *judge)
{
	free(judge->passed);
	free(judge->failed);
	free(judge->pull_requests);
	free(judge->signatures);
	free(judge->signature_slot);
	free(judge->broken);
	free(judge->line_broken);
	free(judge->ancestors);
	free(judge->line_start);
	free(judge->looked);
	beta_table_release(&judge->changes);
	beta_table_release(&judge->onsets);
	free(judge->lines.items);
	free(judge->spots.items);
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
}

static struct spot *spot_of(struct judge *judge, size_t run)
{
	size_t position = judge->numbers->timeline->position[run];
	struct spot *last = judge->spots.len > 0 ? &judge->spots.items[judge->spots.len - 1] : NULL;

	if (!last || last->position != position) {
		last = &judge->spots.items[judge->spots.len];
		*last = (struct spot){
			.at = judge->spots.len++,
			.position = position,
			.place = judge->numbers->timeline->first[position],
			.run = run,
			.line = judge->numbers->line[run],
		};
	} else if (judge->numbers->on_branch[run]) {
		/* what a pull request and its branch have in common belongs to the branch */
		last->line = judge->numbers->line[run];
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
}

static void mark_ancestors(struct judge *judge, size_t position)
{
	const struct timeline *timeline = judge->numbers->timeline;

	if (judge->ancestors_of != position) {
		free(judge->ancestors);
		judge->ancestors = mem_array(timeline->positions + 1, sizeof(bool));
		judge->ancestors_known =
			timeline_mark_positions(timeline, position, judge->ancestors);
		judge->ancestors_of = position;
	}
}

static bool is_edited(const struct judge *judge, size_t run)
{
	return judge->numbers->dirty[run];
}

/* Failures in a row up to that look, on what it comes from, or on its line where nobody knows that: what passes
 * elsewhere ends none. */
static void find_streak(struct judge *judge, const struct look *looks, size_t newest,
			struct test_judgement *out)
{
	const size_t *line = judge->numbers->line;
	const size_t *position = judge->numbers->timeline->position;

	mark_ancestors(judge, position[looks[newest].run]);
	for (size_t i = newest + 1; i > 0; i--) {
		const struct look *look = &looks[i - 1];
		const struct observation *seen = NULL;

		if (is_edited(judge, look->run) ||
		    (judge->ancestors_known ? !judge->ancestors[position[look->run]]
					    : line[look->run] != line[looks[newest].run])) {
			continue;
		}
		seen = look->seen == NO_INDEX ? NULL
					      : &judge->evidence->observations.items[look->seen];
		if (!seen || !observation_is_bad(seen) || observation_is_flaky(seen)) {
			return;
		}
		out->streak++;
		out->streak_start = look->run;
		out->streak_end = out->streak == 1 ? look->run : out->streak_end;
	}
}

/* The newest look at named content; and where that is well, that of the branch with the most looks: an old
 * pull request that passes mends nothing on main. */
static void find_streaks(struct judge *judge, const struct look *looks, size_t count,
			 struct test_judgement *out)
{
	const struct run_numbers *numbers = judge->numbers;
	size_t *looked = judge->looked, newest = count, main_line = NO_INDEX;

	memset(looked, 0, numbers->lines * sizeof(*looked));
	for (size_t i = 0; i < count; i++) {
		size_t line = numbers->line[looks[i].run];

		looked[line]++;
		if (numbers->on_branch[looks[i].run] &&
		    (main_line == NO_INDEX || looked[line] > looked[main_line])) {
			main_line = line;
		}
	}
	while (newest > 0 && is_edited(judge, looks[newest - 1].run)) {
		newest--;
	}
	if (newest > 0) {
		find_streak(judge, looks, newest - 1, out);
	}
	for (size_t i = count; i > 0 && out->streak == 0; i--) {
		if (numbers->line[looks[i - 1].run] == main_line &&
		    !is_edited(judge, looks[i - 1].run)) {
			find_streak(judge, looks, i - 1, out);
			return;
		}
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
			.place = spot->place,
			.runs = judge->broken[i] ? 0 : spot->runs,
			.bad = judge->broken[i] ? 0 : spot->bad,
		};
	}
	change_points_find(&judge->changes, positions, count, &changes);
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

/* Content that nobody can name is compared with nothing: only a retry in such a run says what the test is. */
static bool tells(const struct judge *judge, const struct spot *spot)
{
	return judge->numbers->source[spot->run] != NO_INDEX || spot->retry_passed > 0;
}

/* Line by line; in each they stay in order. */
static void sort_lines(struct judge *judge)
{
	size_t *start = judge->line_start, count = 0;

	memset(start, 0, judge->numbers->lines * sizeof(*start));
	VEC_EACH (const struct spot, spot, &judge->spots) {
		start[spot->line] += tells(judge, spot);
	}
	for (size_t i = 0; i < judge->numbers->lines; i++) {
		size_t own = start[i];

		start[i] = count;
		count += own;
	}
	VEC_EACH (const struct spot, spot, &judge->spots) {
		if (tells(judge, spot)) {
			judge->lines.items[start[spot->line]++] = *spot;
		}
	}
	judge->lines.len = count;
}

static void find_broken(struct judge *judge, int pace, double rate)
{
	nature_broken(judge->prior, pace, judge->lines.items, judge->lines.len, rate,
		      judge->line_broken);
	for (size_t i = 0; i < judge->spots.len; i++) {
		judge->broken[i] = false;
	}
	for (size_t i = 0; i < judge->lines.len; i++) {
		judge->broken[judge->lines.items[i].at] = judge->line_broken[i];
	}
}

static void judge_flaky(struct judge *judge, const struct nature *nature,
			struct test_judgement *out)
{
	const struct spot *spots = judge->spots.items;
	size_t count = judge->spots.len;
	struct onset onset;

	find_broken(judge, nature->pace, nature->rate);
	onset_find(judge->prior, &judge->onsets, spots, judge->broken, count, &onset);
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

/* Between a spot of a line and the one before it. */
static struct change change_at(const struct judge *judge, size_t at)
{
	const struct spot *spots = judge->lines.items;
	bool known = at > 0 && spots[at - 1].line == spots[at].line;

	return (struct change){
		.known = known,
		.after = known ? spots[at - 1].position : NO_INDEX,
		.at = spots[at].position,
	};
}

/* Breaks that are over, each on the line where it was: the last one of them is told. False: there is none. */
static bool judge_breaks(struct judge *judge, struct test_judgement *out)
{
	const struct spot *spots = judge->lines.items;
	size_t count = judge->lines.len, start = 0, runs = 0;
	bool any = false;

	find_broken(judge, 0, 0);
	for (size_t i = 0; i <= count; i++) {
		bool goes_on = i < count && (i == 0 || spots[i].line == spots[i - 1].line);

		if (runs >= BREAK_RUNS_LEAST && goes_on && !judge->line_broken[i]) {
			any = true;
			out->onset = change_at(judge, start);
			out->mended = change_at(judge, i);
		}
		if (!goes_on || !judge->line_broken[i]) {
			runs = 0;
		}
		if (i < count && judge->line_broken[i]) {
			start = runs == 0 ? i : start;
			runs += spots[i].bad + spots[i].failed_again;
		}
	}
	return any;
}

/* It broke behind the last content that passed and that this one comes from, at the first that failed since. */
static struct change broken_since(struct judge *judge, size_t at)
{
	const struct spot *spots = judge->spots.items;
	size_t before = at;

	mark_ancestors(judge, spots[at].position);
	for (; before > 0; before--) {
		const struct spot *spot = &spots[before - 1];

		if (is_edited(judge, spot->run) ||
		    (judge->ancestors_known ? !judge->ancestors[spot->position]
					    : spot->line != spots[at].line && spot->bad > 0)) {
			continue;
		}
		if (spot->bad == 0) {
			break;
		}
		at = before - 1;
	}
	return (struct change){
		.known = before > 0,
		.after = before > 0 ? spots[before - 1].position : NO_INDEX,
		.at = spots[at].position,
	};
}

static void judge_broken(struct judge *judge, struct test_judgement *out)
{
	size_t position = judge->numbers->timeline->position[out->streak_end];
	size_t at = 0;

	while (at + 1 < judge->spots.len && judge->spots.items[at].position != position) {
		at++;
	}
	out->onset = broken_since(judge, at);
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
		out->state = judge_breaks(judge, out) ? STATE_FIXED : STATE_UNDECIDED;
		out->runs_needed = clean_until_next(judge->prior, out->failures, out->runs);
	}
}

static void judge_nature(struct judge *judge, struct test_judgement *out)
{
	struct nature nature = {0};

	if (out->failures > 0) {
		sort_lines(judge);
		nature_of(&judge->kinds, judge->lines.items, judge->lines.len, &nature);
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
	find_streaks(judge, looks, count, out);
	judge_nature(judge, out);
	if (out->failures > 0) {
		out->is_new = judge->numbers->ahead[looks[0].run] >= NEW_LEAST;
	}
	if (out->state == STATE_BROKEN) {
		/* somebody took it away, or skips it */
		out->absent = judge->numbers->behind[looks[count - 1].run];
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

static int compare_counts(const void *a, const void *b)
{
	const struct signature_count *left = a, *right = b;

	if (left->count != right->count) {
		return left->count > right->count ? -1 : 1;
	}
	return (left->signature > right->signature) - (left->signature < right->signature);
}

void judge_signatures(struct judge *judge, const struct course *course, const size_t *judged,
		      size_t judgement, struct test_judgement *out)
{
	const struct evidence *evidence = judge->evidence;

	judge->turn++;
	for (size_t i = course->first; i < course->end && out->failures > 0; i++) {
		const struct observation *seen = &evidence->observations.items[i];

		if (judged[i] == judgement && observation_is_bad(seen) && seen->has_signature &&
		    seen->signature < evidence->signatures.len) {
			note_signature(judge, judge->kinds_of_failures[seen->signature], out);
		}
	}
	if (out->signatures.len > 1) {
		qsort(out->signatures.items, out->signatures.len, sizeof(*out->signatures.items),
		      compare_counts);
	}
}
