/* SPDX-License-Identifier: Apache-2.0 */
#include "report/words.h"

#include "base/clock.h"
#include "base/map.h"
#include "base/str.h"
#include "report/budget_words.h"
#include "text/duration.h"
#include "text/escape.h"
#include "text/utf8.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* A longer name is no help in a command line: its id is. So it is for a name that a CI log would
 * take for a command of its own. */
#define NAME_WIDTH_MAX 80

/* So many failures at the end of a flaky test's record may be more than flakiness. */
#define STREAK_LEAST 3

/* So many digits of an id name one test among millions. */
#define ID_SHORT 12

void words_count(struct buf *out, size_t count, const char *one, const char *many)
{
	buf_fmt(out, "%zu %s", count, count == 1 ? one : many);
}

/* With one decimal below `whole_from`. No printf of fractions: the locale must not matter. */
static void decimal(struct buf *out, double value, double whole_from)
{
	long long tenths = 0;

	if (!(value > 0)) {
		buf_char(out, '0');
	} else if (value < 0.05) {
		buf_str_add(out, "<0.1");
	} else if (value >= whole_from - 0.05) {
		buf_fmt(out, "%.0f", value);
	} else {
		tenths = llround(value * 10);
		buf_fmt(out, "%lld.%lld", tenths / 10, tenths % 10);
	}
}

void words_rate(struct buf *out, const struct rate *rate)
{
	decimal(out, rate->mean * 100, 1);
	buf_str_add(out, " % (");
	decimal(out, rate->low * 100, 1);
	buf_str_add(out, "–");
	decimal(out, rate->high * 100, 1);
	buf_char(out, ')');
}

void words_percent(struct buf *out, double share)
{
	decimal(out, share * 100, 10);
	buf_str_add(out, " %");
}

void words_probability(struct buf *out, double probability)
{
	if (probability > 0.99 || probability < 0.01) {
		buf_str_add(out, probability > 0.99 ? "> 99 %" : "< 1 %");
	} else {
		buf_fmt(out, "%.0f %%", probability * 100);
	}
}

void words_evidence(struct buf *out, const struct test_judgement *test)
{
	if (test->flaky_runs > 0) {
		words_count(out, test->flaky_runs, "retry", "retries");
	}
	if (test->flaky_runs > 0 && test->disagreeing_sources > 0) {
		buf_str_add(out, ", ");
	}
	if (test->disagreeing_sources > 0) {
		words_count(out, test->disagreeing_sources, "source", "sources");
	}
	if (test->flaky_runs + test->disagreeing_sources == 0) {
		buf_str_add(out, "by its pattern, ");
		words_probability(out, test->probability);
	}
	if (test->streak >= STREAK_LEAST) {
		buf_fmt(out, ", red %zu times in a row", test->streak);
	}
}

void words_minutes(struct buf *out, double minutes)
{
	decimal(out, minutes, 100);
}

void words_date(struct buf *out, int64_t us)
{
	CLEANUP(buf_release) struct buf time = BUF_INIT(64);

	time_show(&time, us);
	buf_add(out, buf_str(&time), strcspn(buf_str(&time), "T"));
}

void words_job(struct buf *out, const struct test_judgement *test)
{
	buf_str_add(out, str_or(test->job, "(no name)"));
	if (!str_empty(test->variant)) {
		buf_fmt(out, " (%s)", test->variant);
	}
}

void words_test(struct buf *out, const struct evidence *evidence, const struct test_judgement *test)
{
	test_name_show(&evidence->tests.items[test->test].name, out);
}

const char *words_failure(const struct evidence *evidence, const struct test_judgement *test)
{
	const char *example = NULL;

	if (test->signatures.len > 0) {
		size_t index = test->signatures.items[0].signature;

		example = evidence->signatures.items[index].example;
	}
	return str_empty(example) ? NULL : example;
}

void words_jobs(const struct evidence *evidence, struct strv *out)
{
	CLEANUP(map_release) struct map seen = {0};

	VEC_EACH (const struct run_facts, run, &evidence->runs) {
		if (map_put(&seen, str_or(run->job, ""), 1)) {
			strv_add(out, str_or(run->job, ""));
		}
	}
	strv_sort(out);
}

void words_window(struct buf *out, const struct report_input *input)
{
	words_date(out, input->since_us);
	buf_str_add(out, " to ");
	words_date(out, input->until_us);
	buf_str_add(out, ": ");
	words_count(out, input->evidence->results, "result", "results");
	buf_str_add(out, " of ");
	words_count(out, input->evidence->tests_seen, "test", "tests");
}

void words_show(struct buf *out, const struct test_name *name, const char *id)
{
	CLEANUP(buf_release) struct buf shown = BUF_INIT(BUF_OWN_MAX);

	test_name_show(name, &shown);
	buf_str_add(out, "steady show ");
	if (utf8_width(buf_str(&shown)) > NAME_WIDTH_MAX || strstr(buf_str(&shown), "##[")) {
		buf_fmt(out, "%.*s", ID_SHORT, id);
	} else {
		escape_shell(out, buf_str(&shown));
	}
}

static void option_time(struct buf *out, const char *option, int64_t us)
{
	CLEANUP(buf_release) struct buf time = BUF_INIT(64);

	time_show(&time, us);
	buf_fmt(out, " %s ", option);
	if (us % US_PER_DAY == 0) {
		words_date(out, us);
	} else {
		buf_str_add(out, buf_str(&time));
	}
}

void words_trace(struct buf *out, const struct report_input *input, const struct test_facts *test,
		 bool kept)
{
	int64_t span_us = input->now_us - input->since_us;
	bool until_now = input->until_us == input->now_us + 1 && !kept;

	words_show(out, &test->name, test->id);
	if (until_now && !input->branch && input->evidence->oldest_run_us >= input->since_us) {
		return; /* it is all that is on record */
	}
	if (until_now && span_us >= US_PER_DAY && span_us % US_PER_DAY == 0) {
		buf_fmt(out, " --since %" PRId64 "d", span_us / US_PER_DAY);
	} else {
		option_time(out, "--since", input->since_us);
	}
	if (!until_now) { /* a second begun is one that counts */
		option_time(out, "--until",
			    input->until_us + (US_PER_S - 1) -
				    (input->until_us + (US_PER_S - 1)) % US_PER_S);
	}
	if (input->branch) {
		buf_str_add(out, " --branch ");
		escape_shell(out, input->branch);
	}
}

const char *words_change(enum service_change change)
{
	static const char *const words[SERVICE_CHANGES] = {
		[SERVICE_DOWN] = "went down",
		[SERVICE_UP] = "came back",
		[SERVICE_RESTARTED] = "was restarted",
		[SERVICE_REPLACED] = "was replaced",
	};

	return words[change];
}

void words_incident(struct buf *out, const struct report_input *input,
		    const struct incident *incident)
{
	time_show(out, incident->event->at_us);
	buf_fmt(out, "  %s %s, ", incident->event->service, words_change(incident->event->change));
	words_count(out, incident->failures, "test", "tests");
	buf_fmt(out, " failed with it, in run %s of job %s",
		input->evidence->runs.items[incident->run].key,
		str_or(input->evidence->runs.items[incident->run].job, "(no name)"));
	if (!str_empty(incident->event->detail)) {
		buf_fmt(out, ": %s", incident->event->detail);
	}
}

static const char *mass_example(const struct report_input *input,
				const struct mass_failure *failure)
{
	return failure->has_signature
		       ? input->evidence->signatures.items[failure->signature].example
		       : NULL;
}

void words_mass_cause(struct buf *out, const struct report_input *input,
		      const struct mass_failure *failure)
{
	const char *example = mass_example(input, failure);

	buf_fmt(out, "%zu of ", failure->failures);
	words_count(out, failure->tests, "test", "tests");
	buf_str_add(out, " failed at once");
	if (!str_empty(example)) {
		buf_fmt(out, ", most of them with: %s", example);
	}
}

void words_mass(struct buf *out, const struct report_input *input,
		const struct mass_failure *failure)
{
	const struct run_facts *run = &input->evidence->runs.items[failure->run];

	time_show(out, run->started_us);
	buf_fmt(out, "  run %s of job %s: ", run->key, str_or(run->job, "(no name)"));
	words_mass_cause(out, input, failure);
}
