/* SPDX-License-Identifier: Apache-2.0 */
#include "report/json_tests.h"

#include "text/duration.h"

#include <stdlib.h>

#define SPANS 4096

void tests_text_begin(const struct report_input *input, struct json_text *text,
		      struct tests_text *out)
{
	*out = (struct tests_text){input, text, mem_array(SPANS, sizeof(*out->spans))};
}

void tests_text_end(struct tests_text *tests)
{
	free(tests->spans);
	*tests = (struct tests_text){0};
}

static void put_time(struct json_text *text, const char *key, int64_t us)
{
	CLEANUP(buf_release) struct buf shown = BUF_INIT(64);

	time_show(&shown, us);
	json_text_str(text, key, buf_str(&shown));
}

static void put_name(struct json_text *text, const struct test_facts *facts)
{
	CLEANUP(buf_release) struct buf shown = BUF_INIT(BUF_OWN_MAX);
	const struct test_name *name = &facts->name;

	test_name_show(name, &shown);
	json_text_open(text, "test", '{');
	json_text_str(text, "id", facts->id);
	json_text_str(text, "suite", name->suite);
	json_text_str(text, "class", name->class_name);
	json_text_str(text, "name", name->name);
	json_text_str(text, "file", name->file);
	json_text_int(text, "copy", name->copy);
	json_text_str(text, "shown", buf_str(&shown));
	json_text_close(text, '}');
}

static void put_rate(struct json_text *text, const struct rate *rate)
{
	json_text_open(text, "rate", '{');
	json_text_real(text, "mean", rate->mean);
	json_text_real(text, "low", rate->low);
	json_text_real(text, "high", rate->high);
	json_text_close(text, '}');
}

/* NULL: there is none. */
static void put_moment(struct json_text *text, const char *key, const struct run_facts *run)
{
	if (!run) {
		json_text_null(text, key);
		return;
	}
	json_text_open(text, key, '{');
	put_time(text, "time", run->started_us);
	json_text_str(text, "commit", run->commit);
	json_text_str(text, "run", run->key);
	json_text_close(text, '}');
}

static struct json *suspect_array(const struct suspect_list *list)
{
	struct json *out = json_new_array();

	VEC_EACH (const struct suspect, suspect, list) {
		struct json *item = json_new_object();

		json_put_str(item, "commit", suspect->facts.id);
		json_put_str(item, "summary", suspect->facts.summary);
		json_put_str(item, "author", suspect->facts.author);
		json_put_str(item, "rank", suspect_rank_name(suspect->rank));
		json_put_str(item, "path", suspect->path);
		json_add(out, item);
	}
	return out;
}

static const struct span_answer *span_of(struct tests_text *tests, const struct change *change)
{
	size_t slot = (change->after * 31 + change->at) % SPANS;
	struct span_answer *answer = &tests->spans[slot];

	if (!answer->valid || answer->after != change->after || answer->at != change->at) {
		CLEANUP(commit_span_release) struct commit_span span = {0};
		bool known = timeline_span(&tests->input->flakes->timeline, change->after,
					   change->at, &span);

		*answer = (struct span_answer){true,       known,    change->after,
					       change->at, span.low, span.high};
	}
	return answer;
}

/* Null where it may have been before the window. */
static void put_change(struct tests_text *tests, const char *key, const struct change *change,
		       const struct suspect_list *suspects)
{
	struct json_text *text = tests->text;
	const struct span_answer *span = change->known ? span_of(tests, change) : NULL;

	if (!span || !span->known) {
		json_text_null(text, key);
		return;
	}
	json_text_open(text, key, '{');
	json_text_str(text, "low", span->low);
	json_text_str(text, "high", span->high);
	json_text_real(text, "confidence", 0.99);
	if (suspects) {
		json_text_tree(text, "suspects", suspect_array(suspects));
	}
	json_text_close(text, '}');
}

static void put_number(struct json_text *text, const char *key, bool known, size_t value)
{
	if (known) {
		json_text_int(text, key, (int64_t)value);
	} else {
		json_text_null(text, key);
	}
}

/* What more runs would show. */
static void put_outlook(struct json_text *text, const struct test_judgement *test)
{
	bool is_flaky = test->state == STATE_FLAKY;

	if (is_flaky) {
		json_text_open(text, "clean", '{');
		json_text_int(text, "runs", (int64_t)test->clean.runs);
		json_text_real(text, "still_flaky", test->clean.still_flaky);
		json_text_int(text, "needed", (int64_t)test->clean.needed);
		json_text_close(text, '}');
	} else {
		json_text_null(text, "clean");
	}
	put_number(text, "runs_needed", test->state == STATE_UNDECIDED, test->runs_needed);
	put_number(text, "group", is_flaky && test->group != NO_INDEX, test->group + 1);
}

static void put_signatures(struct json_text *text, const struct evidence *evidence,
			   const struct test_judgement *test)
{
	json_text_open(text, "signatures", '[');
	VEC_EACH (const struct signature_count, count, &test->signatures) {
		const struct signature_facts *facts = &evidence->signatures.items[count->signature];

		json_text_open(text, NULL, '{');
		json_text_str(text, "id", facts->id);
		json_text_str(text, "class", facts->class_name);
		json_text_int(text, "count", (int64_t)count->count);
		json_text_str(text, "example", facts->example);
		json_text_close(text, '}');
	}
	json_text_close(text, ']');
}

static void put_counts(struct json_text *text, const struct test_judgement *test)
{
	json_text_int(text, "runs", (int64_t)test->runs);
	json_text_int(text, "failures", (int64_t)test->failures);
	json_text_int(text, "flaky_runs", (int64_t)test->flaky_runs);
	json_text_int(text, "disagreeing_sources", (int64_t)test->disagreeing_sources);
	json_text_int(text, "failing_in_a_row", (int64_t)test->streak);
}

static void put_moments(struct tests_text *tests, const struct test_judgement *test)
{
	const struct run_facts *runs = tests->input->evidence->runs.items;
	const struct test_suspects *suspects = report_suspects(tests->input, test);

	bool failed = test->failures > 0;

	put_moment(tests->text, "failing_since",
		   test->streak > 0 ? &runs[test->streak_start] : NULL);
	put_moment(tests->text, "first_failure", failed ? &runs[test->first_failure] : NULL);
	put_moment(tests->text, "last_failure", failed ? &runs[test->last_failure] : NULL);
	put_change(tests, "onset", &test->onset, suspects ? &suspects->onset : NULL);
	put_change(tests, "fixed_by", &test->mended, suspects ? &suspects->mended : NULL);
	put_change(tests, "worse_since", &test->worse, NULL);
}

/* What tests share that fail in one run. */
static void put_costs(struct tests_text *tests, const struct test_judgement *test)
{
	if (tests->input->alone) {
		json_text_null(tests->text, "minutes_lost");
		json_text_null(tests->text, "false_red_runs");
		return;
	}
	json_text_real(tests->text, "minutes_lost", test->minutes_lost);
	json_text_int(tests->text, "false_red_runs", (int64_t)test->false_reds);
}

void tests_text_members(struct tests_text *tests, const struct test_judgement *test)
{
	const struct evidence *evidence = tests->input->evidence;
	struct json_text *text = tests->text;

	put_name(text, &evidence->tests.items[test->test]);
	json_text_str(text, "job", test->job);
	json_text_str(text, "variant", test->variant);
	json_text_str(text, "state", test_state_name(test->state));
	json_text_real(text, "probability", test->probability);
	put_rate(text, &test->rate);
	put_counts(text, test);
	put_moments(tests, test);
	json_text_bool(text, "broken_now", test->broken_now);
	json_text_bool(text, "quarantined", report_is_excused(tests->input, test));
	json_text_bool(text, "is_new", test->is_new);
	json_text_int(text, "absent_runs", (int64_t)test->absent);
	json_text_str(text, "only_branch", test->only_branch);
	json_text_bool(text, "only_here", test->only_here);
	put_outlook(text, test);
	put_costs(tests, test);
	json_text_int(text, "pull_requests", (int64_t)test->pull_requests);
	json_text_str(text, "owner", evidence->tests.items[test->test].owner);
	json_text_str(text, "rerun", evidence->tests.items[test->test].rerun);
	put_signatures(text, evidence, test);
}

void tests_text_put(struct tests_text *tests, enum test_state state)
{
	const struct flake_report *flakes = tests->input->flakes;

	json_text_open(tests->text, test_state_name(state), '[');
	for (size_t i = 0; i < flakes->count[state]; i++) {
		json_text_open(tests->text, NULL, '{');
		tests_text_members(tests, flake_report_nth(flakes, state, i));
		json_text_close(tests->text, '}');
	}
	json_text_close(tests->text, ']');
}
