/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/judge.h"

#include "base/str.h"

#include <stdlib.h>

void judge_init(struct judge *judge, const struct evidence *evidence,
		const struct run_numbers *numbers)
{
	*judge = (struct judge){
		.evidence = evidence,
		.numbers = numbers,
		.passed = mem_array(numbers->sources + 1, sizeof(size_t)),
		.failed = mem_array(numbers->sources + 1, sizeof(size_t)),
		.pull_requests = mem_array(numbers->pull_requests + 1, sizeof(size_t)),
		.signatures = mem_array(evidence->signatures.len + 1, sizeof(size_t)),
		.signature_slot = mem_array(evidence->signatures.len + 1, sizeof(size_t)),
	};
}

void judge_release(struct judge *judge)
{
	free(judge->passed);
	free(judge->failed);
	free(judge->pull_requests);
	free(judge->signatures);
	free(judge->signature_slot);
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
static void note_source(struct judge *judge, const struct observation *seen,
			struct test_judgement *out)
{
	size_t source = judge->numbers->source[seen->run];
	bool bad = observation_is_bad(seen);
	bool good = !bad || observation_is_flaky(seen);
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

	if (out->failures == 0) {
		out->first_failure = seen->run;
	}
	out->last_failure = seen->run;
	out->failures++;
	if (pull != NO_INDEX && mark(judge, &judge->pull_requests[pull])) {
		out->pull_requests++;
	}
	if (seen->has_signature && seen->signature < judge->evidence->signatures.len) {
		note_signature(judge, seen->signature, out);
	}
}

static void note(struct judge *judge, const struct observation *seen, struct test_judgement *out)
{
	bool bad = observation_is_bad(seen);
	bool flaky = observation_is_flaky(seen);

	out->runs++;
	out->flaky_runs += flaky;
	note_source(judge, seen, out);
	if (bad) {
		note_failure(judge, seen, out);
	}
	if (!bad || flaky) {
		out->streak = 0;
	} else if (out->streak++ == 0) {
		out->streak_start = seen->run;
	}
}

/* If the newest run failed and its source had passed before, that source disagrees with itself and
 * the test is flaky: so a running streak is all that "never passed on its newest source" needs. */
static enum test_state state_of(const struct test_judgement *test)
{
	if (test->flaky_runs > 0 || test->disagreeing_sources > 0) {
		return STATE_FLAKY;
	}
	return test->streak > 0 ? STATE_BROKEN : STATE_OTHER;
}

static struct rate rate_in(struct judge *judge, enum test_state state, size_t failures, size_t runs)
{
	size_t slot = (runs * 31 + failures * 3 + (size_t)state) % ARRAY_LEN(judge->answers);
	struct rate_answer *answer = &judge->answers[slot];

	if (!answer->valid || answer->state != state || answer->runs != runs ||
	    answer->failures != failures) {
		answer->valid = true;
		answer->state = state;
		answer->failures = failures;
		answer->runs = runs;
		answer->rate = state == STATE_FLAKY ? beta_rate(failures, runs)
						    : beta_rate_any(failures, runs);
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

void judge_group(struct judge *judge, const size_t *observations, size_t count,
		 struct test_judgement *out)
{
	const struct observation *all = judge->evidence->observations.items;
	const struct observation *first = &all[observations[0]];
	const struct run_facts *run = &judge->evidence->runs.items[first->run];
	size_t failures = 0, runs = 0;

	judge->turn++;
	out->test = first->test;
	out->job = str_or(run->job, "");
	out->variant = str_or(run->variant, "");
	for (size_t i = 0; i < count; i++) {
		note(judge, &all[observations[i]], out);
	}
	out->state = state_of(out);
	failures = out->state == STATE_BROKEN ? out->streak : out->failures;
	runs = out->state == STATE_BROKEN ? out->streak : out->runs;
	out->rate = rate_in(judge, out->state, failures, runs);
	out->probability = beta_flaky_probability(failures, runs + out->flaky_runs);
	if (out->signatures.len > 1) {
		qsort(out->signatures.items, out->signatures.len, sizeof(*out->signatures.items),
		      compare_counts);
	}
}
