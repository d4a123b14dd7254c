/* SPDX-License-Identifier: Apache-2.0 */
#include "report/first_step.h"

#include "base/str.h"
#include "report/words.h"
#include "text/utf8.h"

#define NAME_WIDTH  160
#define OWNER_WIDTH 80

typedef size_t weight_fn(const struct report_input *input);
typedef void words_fn(struct buf *out, const struct report_input *input);

static const struct test_judgement *first_of(const struct report_input *input,
					     enum test_state state)
{
	return input->flakes->count[state] > 0 ? flake_report_ranked(input->flakes, state, 0)
					       : NULL;
}

static void name(struct buf *out, const struct report_input *input,
		 const struct test_judgement *test)
{
	CLEANUP(buf_release) struct buf shown = BUF_INIT(BUF_OWN_MAX);
	const char *owner = input->evidence->tests.items[test->test].owner;

	words_test(&shown, input->evidence, test);
	utf8_cut(out, buf_str(&shown), NAME_WIDTH);
	if (owner) {
		buf_str_add(out, " (owner ");
		utf8_cut(out, owner, OWNER_WIDTH);
		buf_char(out, ')');
	}
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
	name(out, input, test);
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
	name(out, input, test);
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

/* What people can be told to do. */
struct step {
	weight_fn *weight;
	words_fn *words;
	enum test_state state; /* of the test that it is about; STATE_OTHER: none */
};

/* NULL: nothing is wrong. */
static const struct step *find_step(const struct report_input *input)
{
	/* Of equal ones the first: a break is no matter of chance, and a late service fails many tests. */
	static const struct step steps[] = {
		{broken_weight, broken_words, STATE_BROKEN},
		{service_weight, service_words, STATE_OTHER},
		{flaky_weight, flaky_words, STATE_FLAKY},
	};
	const struct step *best = NULL;
	size_t most = 0;

	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		size_t weight = steps[i].weight(input);

		if (weight > most) {
			best = &steps[i];
			most = weight;
		}
	}
	return best;
}

void first_step(struct buf *out, const struct report_input *input)
{
	const struct step *step = find_step(input);

	if (!step) {
		return;
	}
	step->words(out, input);
	if (buf_str(out)[out->len - 1] != '.') {
		buf_char(out, '.');
	}
}

const struct test_facts *next_test(const struct report_input *input)
{
	const struct step *step = find_step(input);
	bool is_of_test = step && step->state != STATE_OTHER;
	const struct test_judgement *test = first_of(input, is_of_test ? step->state : STATE_FLAKY);

	if (!test) {
		test = first_of(input, STATE_BROKEN);
	}
	return test ? &input->evidence->tests.items[test->test] : NULL;
}
