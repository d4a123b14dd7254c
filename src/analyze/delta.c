/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/delta.h"

#include "analyze/strip.h"

#include <stdlib.h>

const char *delta_kind_name(enum delta_kind kind)
{
	static const char *const names[] = {
		[DELTA_NEW] = "new",
		[DELTA_BACK] = "back",
		[DELTA_WORSE] = "worse",
		[DELTA_FIXED] = "fixed",
	};

	return names[kind];
}

/* A test's tries in one part of the time. */
struct part {
	size_t runs, failed;
};

/* What a test did before the span in front of the moment, in that span, and since. */
struct past {
	struct part early, late, since;
	bool broken_then;  /* the last run in front of the moment failed */
	bool passed_since; /* and not failed again behind it */
};

struct comparing {
	const struct evidence *evidence;
	const struct flake_report *flakes;
	const struct prior *prior;
	int64_t since_us, late_us;
	size_t runs_before; /* in front of the moment, whatever they say */
};

static struct past past_of(const struct comparing *comparing, const struct strip *strip)
{
	struct past past = {0};

	VEC_EACH (const struct strip_cell, cell, strip) {
		int64_t at_us = comparing->evidence->runs.items[cell->run].started_us;
		struct part *part = at_us >= comparing->since_us  ? &past.since
				    : at_us >= comparing->late_us ? &past.late
								  : &past.early;
		bool failed = cell->mark == STRIP_FLAKY || cell->mark == STRIP_FAILED;

		if (failed || cell->mark == STRIP_PASSED) {
			part->runs++;
			part->failed += failed;
			past.passed_since = part == &past.since && !failed;
			if (part != &past.since) {
				past.broken_then = cell->mark == STRIP_FAILED;
			}
		}
	}
	return past;
}

/* Half as often again at least, and beyond doubt. */
static bool is_more_often(const struct part *before, const struct part *since)
{
	struct rate was = beta_trials(before->failed, before->runs);
	struct rate is = beta_trials(since->failed, since->runs);

	return since->runs > 0 && before->runs > 0 && is.low > was.high &&
	       is.mean >= 1.5 * was.mean;
}

/* It began to fail in every run behind the moment. */
static bool broke_since(const struct comparing *comparing, const struct test_judgement *test)
{
	const struct run_facts *runs = comparing->evidence->runs.items;

	return (test->state == STATE_BROKEN || test->broken_now) && test->streak > 0 &&
	       runs[test->streak_start].started_us >= comparing->since_us;
}

/* The runs since the moment decided that it is mended. */
static bool was_mended(const struct comparing *comparing, const struct test_judgement *test,
		       const struct past *past)
{
	size_t runs = past->early.runs + past->late.runs;
	size_t failed = past->early.failed + past->late.failed;
	size_t clean_then = test->clean.runs - past->since.runs;
	struct rate_part known = {.weight = 1, .failures = (double)failed, .runs = (double)runs};
	struct clean then = {0};

	if (test->clean.needed > 0 || test->clean.runs < past->since.runs) {
		return false;
	}
	clean_judge(comparing->prior, &known, 1, clean_then, &then);
	return then.needed > 0;
}

/* DELTA_COUNT: nothing to tell. */
static enum delta_kind kind_of(const struct comparing *comparing, const struct test_judgement *test,
			       const struct past *past)
{
	struct part before = {past->early.runs + past->late.runs,
			      past->early.failed + past->late.failed};
	bool wrong = test->state == STATE_FLAKY || test->state == STATE_BROKEN;

	if (past->since.failed > 0 && wrong) {
		if (before.failed == 0) {
			return DELTA_NEW;
		}
		if (broke_since(comparing, test)) {
			return DELTA_WORSE;
		}
		if (past->late.failed == 0 && past->late.runs > 0) {
			return DELTA_BACK;
		}
		return is_more_often(&before, &past->since) ? DELTA_WORSE : DELTA_COUNT;
	}
	if (before.failed == 0 || past->since.runs == 0) {
		return DELTA_COUNT;
	}
	if (test->state == STATE_FIXED && past->broken_then && past->passed_since) {
		return DELTA_FIXED;
	}
	if (test->state == STATE_FLAKY && past->since.failed == 0 &&
	    was_mended(comparing, test, past)) {
		return DELTA_FIXED;
	}
	return DELTA_COUNT;
}

static size_t count_before(const struct comparing *comparing)
{
	size_t count = 0;

	VEC_EACH (const struct run_facts, run, &comparing->evidence->runs) {
		count += run->started_us < comparing->since_us && run_is_evidence(run->outcome);
	}
	return count;
}

/* Whether the lane of that test had runs before. */
static bool lane_ran_before(const struct comparing *comparing, const struct strip *strip)
{
	return strip->len > 0 && comparing->evidence->runs.items[strip->items[0].run].started_us <
					 comparing->since_us;
}

static int compare_rows(const void *a, const void *b)
{
	const struct delta_row *left = a, *right = b;

	if (left->kind != right->kind) {
		return left->kind < right->kind ? -1 : 1;
	}
	return (left->test > right->test) - (left->test < right->test);
}

static bool is_observed(const struct evidence *evidence, size_t test, size_t run)
{
	size_t at = evidence_first_observation(evidence, test);

	for (; at < evidence->observations.len && evidence->observations.items[at].test == test;
	     at++) {
		if (evidence->observations.items[at].run == run) {
			return true;
		}
	}
	return false;
}

/* Its last run in front of the moment simply passed: as with most that were fixed. */
static bool passed_then(const struct comparing *comparing, const struct strip_maker *maker,
			const struct test_judgement *test)
{
	const struct evidence *evidence = comparing->evidence;
	size_t lane = strip_lane(maker, test);

	for (size_t run = comparing->runs_before; run > 0; run--) {
		if (maker->lane[run - 1] == lane) {
			if (evidence_ran(evidence, test->test, run - 1)) {
				return true;
			}
			if (is_observed(evidence, test->test, run - 1)) {
				return false;
			}
		}
	}
	return false;
}

void delta_find(const struct evidence *evidence, const struct flake_report *flakes,
		const struct prior *prior, int64_t since_us, int64_t until_us, struct delta *out)
{
	struct comparing comparing = {
		.evidence = evidence,
		.flakes = flakes,
		.prior = prior ? prior : &prior_default,
		.since_us = since_us,
		.late_us = since_us - (until_us - since_us),
	};
	CLEANUP(strip_maker_release) struct strip_maker maker = {0};
	struct strip strip = {0};

	*out = (struct delta){.runs_before = count_before(&comparing)};
	while (comparing.runs_before < evidence->runs.len &&
	       evidence->runs.items[comparing.runs_before].started_us < since_us) {
		comparing.runs_before++;
	}
	if (out->runs_before == 0) {
		return;
	}
	strip_maker_init(evidence, flakes->left_out, &maker);
	for (size_t i = 0; i < flake_report_listed(flakes); i++) {
		const struct test_judgement *test = &flakes->tests.items[i];
		struct past past = {0};
		enum delta_kind kind = DELTA_COUNT;

		if (test->state > STATE_FIXED ||
		    (test->state == STATE_FIXED && passed_then(&comparing, &maker, test))) {
			continue;
		}
		strip_make(&maker, test, &strip);
		past = past_of(&comparing, &strip);
		kind = kind_of(&comparing, test, &past);
		if (kind != DELTA_COUNT && lane_ran_before(&comparing, &strip)) {
			*VEC_PUSH(out) = (struct delta_row){
				.kind = kind,
				.test = i,
				.runs_before = past.early.runs + past.late.runs,
				.failed_before = past.early.failed + past.late.failed,
				.runs = past.since.runs,
				.failed = past.since.failed,
			};
			out->count[kind]++;
		}
	}
	VEC_FREE(&strip);
	if (out->len > 1) {
		qsort(out->items, out->len, sizeof(*out->items), compare_rows);
	}
}

void delta_release(struct delta *delta)
{
	VEC_FREE(delta);
	*delta = (struct delta){0};
}
