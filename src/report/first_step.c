/* SPDX-License-Identifier: Apache-2.0 */
#include "report/first_step.h"

#include "base/str.h"
#include "report/words.h"

typedef size_t weight_fn(const struct report_input *input);
typedef void words_fn(struct buf *out, const struct report_input *input);

static const struct test_judgement *first_of(const struct report_input *input,
					     enum test_state state)
{
	return input->flakes->count[state] > 0 ? flake_report_ranked(input->flakes, state, 0)
					       : NULL;
}

static size_t broken_weight(const struct report_input *input)
{
	const struct test_judgement *test = first_of(input, STATE_BROKEN);

	/* what is broken everywhere stops everybody until it is mended */
	return test ? test->streak * (test->only_branch ? 1 : 10) : 0;
}

static void broken_words(struct buf *out, const struct report_input *input)
{
	const struct test_judgement *test = flake_report_ranked(input->flakes, STATE_BROKEN, 0);
	const struct test_suspects *suspects = report_suspects(input, test);

	buf_str_add(out, "Mend or revert ");
	words_test(out, input->evidence, test);
	buf_str_add(out, ": its last ");
	if (test->streak == 1) {
		buf_str_add(out, "run");
	} else {
		words_count(out, test->streak, "run", "runs");
	}
	buf_str_add(out, " failed, since ");
	words_date(out, input->evidence->runs.items[test->streak_start].started_us);
	if (suspects && suspects->onset.len == 1) {
		buf_fmt(out, ", broken by %.*s", WORDS_COMMIT, suspects->onset.items[0].facts.id);
	}
}

/* The services stand in that order. */
static size_t service_weight(const struct report_input *input)
{
	return input->flakes->services.len > 0 ? input->flakes->services.items[0].failed : 0;
}

static void service_words(struct buf *out, const struct report_input *input)
{
	const struct service_summary *service = &input->flakes->services.items[0];

	words_service(out, service);
	buf_str_add(out, ": ");
	words_advice(out, service);
}

static size_t flaky_weight(const struct report_input *input)
{
	const struct test_judgement *test = first_of(input, STATE_FLAKY);

	return test ? test->failures : 0;
}

static void flaky_words(struct buf *out, const struct report_input *input)
{
	const struct test_judgement *test = flake_report_ranked(input->flakes, STATE_FLAKY, 0);

	buf_str_add(out, "Make ");
	words_test(out, input->evidence, test);
	buf_fmt(out, " steady: it failed in %zu of ", test->failures);
	words_count(out, test->runs, "run", "runs");
	if (test->minutes_lost > 0) {
		buf_str_add(out, " and cost ");
		words_minutes(out, test->minutes_lost);
		buf_str_add(out, " minutes");
	}
	if (test->group != NO_INDEX) {
		buf_fmt(out, "; %zu tests fail with it",
			input->flakes->groups.items[test->group].tests - 1);
	}
}

void first_step(struct buf *out, const struct report_input *input)
{
	/* Of equal ones the first: a break is no matter of chance, and a late service fails many tests. */
	static const struct {
		weight_fn *weight;
		words_fn *words;
	} steps[] = {
		{broken_weight, broken_words},
		{service_weight, service_words},
		{flaky_weight, flaky_words},
	};
	size_t best = 0, most = 0;

	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		size_t weight = steps[i].weight(input);

		if (weight > most) {
			best = i;
			most = weight;
		}
	}
	if (most > 0) {
		steps[best].words(out, input);
		if (buf_str(out)[out->len - 1] != '.') {
			buf_char(out, '.');
		}
	}
}
