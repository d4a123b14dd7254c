/* SPDX-License-Identifier: Apache-2.0 */
#include "text/json.h"
#include "analyze/services.h"
#include "base/clock.h"
#include "base/str.h"
#include "report/report.h"
#include "report/shapes.h"
#include "report/words.h"

/* schema steady.report/1: docs/schema/steady.report-1.schema.json */

static struct json *moment_object(const struct run_facts *run)
{
	struct json *out = json_new_object();

	json_put(out, "time", shape_time(run->started_us));
	json_put_str(out, "commit", run->commit);
	json_put_str(out, "run", run->key);
	return out;
}

static struct json *signature_array(const struct evidence *evidence,
				    const struct test_judgement *test)
{
	struct json *out = json_new_array();

	VEC_EACH (const struct signature_count, count, &test->signatures) {
		const struct signature_facts *facts = &evidence->signatures.items[count->signature];
		struct json *entry = json_new_object();

		json_put_str(entry, "id", facts->id);
		json_put_str(entry, "class", facts->class_name);
		json_put_int(entry, "count", (int64_t)count->count);
		json_put_str(entry, "example", facts->example);
		json_add(out, entry);
	}
	return out;
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

/* Null where it may have been before the window. */
static struct json *change_object(const struct report_input *input, const struct change *change,
				  const struct suspect_list *suspects)
{
	CLEANUP(commit_span_release) struct commit_span span = {0};
	struct json *out = NULL;

	if (!change->known ||
	    !timeline_span(&input->flakes->timeline, change->after, change->at, &span)) {
		return json_new_null();
	}
	out = json_new_object();
	json_put_str(out, "low", span.low);
	json_put_str(out, "high", span.high);
	json_put_real(out, "confidence", 0.99);
	if (suspects) {
		json_put(out, "suspects", suspect_array(suspects));
	}
	return out;
}

/* What more runs would show. */
static void put_outlook(struct json *out, const struct test_judgement *test)
{
	struct json *clean = json_new_null();
	bool is_flaky = test->state == STATE_FLAKY;

	if (is_flaky) {
		clean = json_new_object();
		json_put_int(clean, "runs", (int64_t)test->clean.runs);
		json_put_real(clean, "still_flaky", test->clean.still_flaky);
		json_put_int(clean, "needed", (int64_t)test->clean.needed);
	}
	json_put(out, "clean", clean);
	json_put(out, "runs_needed",
		 test->state == STATE_UNDECIDED ? json_new_int((int64_t)test->runs_needed)
						: json_new_null());
	json_put(out, "group",
		 is_flaky && test->group != NO_INDEX ? json_new_int((int64_t)test->group + 1)
						     : json_new_null());
}

static struct json *test_object(const struct report_input *input, const struct test_judgement *test)
{
	const struct test_facts *facts = &input->evidence->tests.items[test->test];
	const struct run_facts *runs = input->evidence->runs.items;
	const struct test_suspects *suspects = report_suspects(input, test);
	struct json *out = json_new_object();

	json_put(out, "test", shape_test(&facts->name, facts->id));
	json_put_str(out, "job", test->job);
	json_put_str(out, "variant", test->variant);
	json_put_str(out, "state", test_state_name(test->state));
	json_put_real(out, "probability", test->probability);
	json_put(out, "rate", shape_rate(&test->rate));
	json_put_int(out, "runs", (int64_t)test->runs);
	json_put_int(out, "failures", (int64_t)test->failures);
	json_put_int(out, "flaky_runs", (int64_t)test->flaky_runs);
	json_put_int(out, "disagreeing_sources", (int64_t)test->disagreeing_sources);
	json_put_int(out, "failing_in_a_row", (int64_t)test->streak);
	json_put(out, "failing_since",
		 test->streak > 0 ? moment_object(&runs[test->streak_start]) : json_new_null());
	json_put(out, "first_failure", moment_object(&runs[test->first_failure]));
	json_put(out, "last_failure", moment_object(&runs[test->last_failure]));
	json_put(out, "onset",
		 change_object(input, &test->onset, suspects ? &suspects->onset : NULL));
	json_put(out, "fixed_by",
		 change_object(input, &test->mended, suspects ? &suspects->mended : NULL));
	json_put(out, "worse_since", change_object(input, &test->worse, NULL));
	json_put_bool(out, "broken_now", test->broken_now);
	json_put_bool(out, "is_new", test->is_new);
	json_put_int(out, "absent_runs", (int64_t)test->absent);
	json_put_str(out, "only_branch", test->only_branch);
	json_put_bool(out, "only_here", test->only_here);
	put_outlook(out, test);
	json_put_real(out, "minutes_lost", test->minutes_lost);
	json_put_int(out, "false_red_runs", (int64_t)test->false_reds);
	json_put_int(out, "pull_requests", (int64_t)test->pull_requests);
	json_put(out, "signatures", signature_array(input->evidence, test));
	return out;
}

static struct json *group_array(const struct flake_report *flakes)
{
	struct json *out = json_new_array();

	for (size_t i = 0; i < flakes->groups.len; i++) {
		struct json *item = json_new_object();

		json_put_int(item, "id", (int64_t)i + 1);
		json_put_int(item, "tests", (int64_t)flakes->groups.items[i].tests);
		json_put_int(item, "runs", (int64_t)flakes->groups.items[i].runs);
		json_add(out, item);
	}
	return out;
}

static struct json *test_array(const struct report_input *input, enum test_state state)
{
	struct json *out = json_new_array();

	for (size_t i = 0; i < input->flakes->count[state]; i++) {
		json_add(out, test_object(input, flake_report_nth(input->flakes, state, i)));
	}
	return out;
}

static struct json *window_object(const struct report_input *input)
{
	CLEANUP(strv_release) struct strv jobs = {0};
	struct json *out = json_new_object(), *names = json_new_array();

	words_jobs(input->evidence, &jobs);
	for (size_t i = 0; i < jobs.len; i++) {
		json_add(names, json_new_str(jobs.items[i]));
	}
	json_put(out, "since", shape_time(input->since_us));
	json_put(out, "until", shape_time(input->until_us));
	json_put_int(out, "runs", (int64_t)input->evidence->runs.len);
	json_put_int(out, "results", (int64_t)input->evidence->results);
	json_put(out, "jobs", names);
	return out;
}

static struct json *summary_object(const struct report_input *input)
{
	struct json *out = json_new_object();

	json_put_int(out, "tests", (int64_t)input->evidence->tests_seen);
	json_put_int(out, "flaky", (int64_t)input->flakes->count[STATE_FLAKY]);
	json_put_int(out, "broken", (int64_t)input->flakes->count[STATE_BROKEN]);
	json_put_int(out, "runs_failed_by_flakes", (int64_t)input->flakes->runs_failed_by_flakes);
	json_put_real(out, "minutes_lost", input->flakes->minutes_lost);
	return out;
}

/* Microseconds as milliseconds; null where there is no number. */
static struct json *ms_or_null(int64_t us)
{
	return us < 0 ? json_new_null() : json_new_int(us / US_PER_MS);
}

static struct json *weekly_object(const struct trend *trend)
{
	struct json *out = json_new_object();
	const double ms_per_week = 7 * 86400.0 * 1000;

	json_put_real(out, "median", trend->slope * ms_per_week);
	json_put_real(out, "low", trend->low * ms_per_week);
	json_put_real(out, "high", trend->high * ms_per_week);
	return out;
}

static struct json *crossing_object(const struct trend_crossing *crossing)
{
	struct json *out = json_new_object();

	json_put(out, "week", shape_time(crossing->around_us));
	json_put(out, "earliest", shape_time(crossing->earliest_us));
	json_put(out, "latest",
		 crossing->latest_us < 0 ? json_new_null() : shape_time(crossing->latest_us));
	return out;
}

static struct json *trend_object(const struct service_summary *service)
{
	const struct trend *trend = &service->trend;
	struct json *out = NULL;

	if (trend->direction == TREND_UNKNOWN) {
		return json_new_null();
	}
	out = json_new_object();
	json_put_str(out, "direction", trend_direction_name(trend->direction));
	json_put(out, "goes_on", json_new_bool(trend_goes_on(trend)));
	json_put_int(out, "waits", (int64_t)trend->points);
	json_put(out, "since", shape_time(trend->oldest_us));
	json_put(out, "until", shape_time(trend->newest_us));
	json_put(out, "ms_per_week", weekly_object(trend));
	json_put(out, "early_ms", ms_or_null(trend->early_us));
	json_put(out, "late_ms", ms_or_null(trend->late_us));
	json_put(out, "over_limit",
		 service->crosses ? crossing_object(&service->crossing) : json_new_null());
	return out;
}

static struct json *service_object(const struct service_summary *service)
{
	CLEANUP(buf_release) struct buf advice = BUF_INIT(BUF_OWN_MAX);
	struct json *out = json_new_object();
	double margin = 0;

	words_advice(&advice, service);
	json_put_str(out, "service", service->service);
	json_put_str(out, "probe", service->probe);
	json_put_int(out, "waits", (int64_t)service->waits);
	json_put_int(out, "failed", (int64_t)service->failed);
	json_put(out, "p50_ms", ms_or_null(service->p50_us));
	json_put(out, "p95_ms", ms_or_null(service->p95_us));
	json_put(out, "limit_ms", ms_or_null(service->limit_us));
	json_put(out, "margin",
		 service_margin(service, &margin) ? json_new_real(margin) : json_new_null());
	json_put(out, "last_failed",
		 service->failed > 0 ? shape_time(service->last_failed_us) : json_new_null());
	json_put_str(out, "last_error", service->last_error);
	json_put(out, "trend", trend_object(service));
	json_put(out, "suggested_limit_ms", ms_or_null(service->suggested_us));
	json_put_int(out, "known_waits", (int64_t)service->known);
	json_put(out, "p99_ms", ms_or_null(service->p99_us));
	json_put_str(out, "advice", advice.len > 0 ? buf_str(&advice) : NULL);
	return out;
}

static struct json *readiness_array(const struct flake_report *flakes)
{
	struct json *out = json_new_array();

	VEC_EACH (const struct service_summary, service, &flakes->services) {
		json_add(out, service_object(service));
	}
	return out;
}

static struct json *caveat_array(const struct report_input *input)
{
	CLEANUP(strv_release) struct strv caveats = {0};
	struct json *out = json_new_array();

	words_caveats(input, &caveats);
	for (size_t i = 0; i < caveats.len; i++) {
		json_add(out, json_new_str(caveats.items[i]));
	}
	return out;
}

static struct json *mass_object(const struct report_input *input,
				const struct mass_failure *failure)
{
	const struct run_facts *run = &input->evidence->runs.items[failure->run];
	CLEANUP(buf_release) struct buf cause = BUF_INIT(BUF_OWN_MAX);
	struct json *item = json_new_object();
	struct json *runs = json_new_array();

	words_mass_cause(&cause, input, failure);
	json_add(runs, json_new_str(run->key));
	json_put_str(item, "id", run->key);
	json_put(item, "time", shape_time(run->started_us));
	json_put(item, "runs", runs);
	json_put_int(item, "tests", (int64_t)failure->failures);
	json_put_str(item, "cause", buf_str(&cause));
	json_put_str(item, "service", NULL);
	return item;
}

static struct json *incident_array(const struct report_input *input)
{
	struct json *out = json_new_array();

	VEC_EACH (const struct mass_failure, failure, &input->flakes->mass) {
		json_add(out, mass_object(input, failure));
	}
	VEC_EACH (const struct incident, incident, &input->flakes->incidents) {
		const struct service_event *event = incident->event;
		const char *key = input->evidence->runs.items[incident->run].key;
		AUTO_FREE char *id = mem_fmt("%s/%s", key, event->service);
		AUTO_FREE char *cause =
			mem_fmt("%s %s%s%s", event->service, words_change(event->change),
				str_empty(event->detail) ? "" : ": ", str_or(event->detail, ""));
		struct json *item = json_new_object();
		struct json *runs = json_new_array();

		json_add(runs, json_new_str(key));
		json_put_str(item, "id", id);
		json_put(item, "time", shape_time(event->at_us));
		json_put(item, "runs", runs);
		json_put_int(item, "tests", (int64_t)incident->failures);
		json_put_str(item, "cause", cause);
		json_put_str(item, "service", event->service);
		json_add(out, item);
	}
	return out;
}

void report_json(const struct report_input *input, struct buf *out)
{
	const struct flake_report *flakes = input->flakes;
	AUTO_JSON struct json *report = json_new_object();

	json_put_str(report, "schema", "steady.report/1");
	json_put(report, "generated_at", shape_time(input->now_us));
	json_put(report, "window", window_object(input));
	json_put(report, "summary", summary_object(input));
	json_put(report, "flaky", test_array(input, STATE_FLAKY));
	json_put(report, "broken", test_array(input, STATE_BROKEN));
	json_put(report, "fixed", test_array(input, STATE_FIXED));
	json_put(report, "undecided", test_array(input, STATE_UNDECIDED));
	json_put(report, "groups", group_array(flakes));
	json_put(report, "incidents", incident_array(input));
	json_put(report, "readiness", readiness_array(flakes));
	json_put(report, "quarantine", json_new_array());
	json_put(report, "caveats", caveat_array(input));
	json_write(report, 2, out);
	buf_char(out, '\n');
}
