/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/services.h"
#include "base/clock.h"
#include "base/str.h"
#include "report/budget_words.h"
#include "report/days_json.h"
#include "report/delta_words.h"
#include "report/json_tests.h"
#include "report/quarantine.h"
#include "report/shapes.h"
#include "report/words.h"

/* schema steady.report/1: docs/schema/steady.report-1.schema.json */

#define DAYS_MOST 3660

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

static struct json *window_object(const struct report_input *input)
{
	CLEANUP(strv_release) struct strv jobs = {0};
	struct json *out = json_new_object(), *names = json_new_array();
	struct json *owners = json_new_array();

	words_jobs(input->evidence, &jobs);
	for (size_t i = 0; i < jobs.len; i++) {
		json_add(names, json_new_str(jobs.items[i]));
	}
	json_put(out, "since", shape_time(input->since_us));
	json_put(out, "until", shape_time(input->until_us));
	json_put_int(out, "runs", (int64_t)input->evidence->runs.len);
	json_put_int(out, "results", (int64_t)input->evidence->results);
	for (size_t i = 0; input->filter && i < input->filter->owners->len; i++) {
		json_add(owners, json_new_str(input->filter->owners->items[i]));
	}
	json_put(out, "jobs", names);
	json_put(out, "owners", owners);
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

static struct json *rate_object(size_t failed, size_t runs)
{
	struct json *out = json_new_object();

	json_put_int(out, "failed", (int64_t)failed);
	json_put_int(out, "runs", (int64_t)runs);
	return out;
}

static struct json *delta_row_object(const struct report_input *input, const struct delta_row *row)
{
	CLEANUP(buf_release) struct buf words = BUF_INIT(BUF_OWN_MAX);
	const struct test_judgement *test = delta_test(input, row);
	const struct test_facts *facts = &input->longer->evidence.tests.items[test->test];
	struct json *out = json_new_object();

	words_delta(&words, input, row);
	json_put(out, "test", shape_test(&facts->name, facts->id));
	json_put_str(out, "job", test->job);
	json_put_str(out, "variant", test->variant);
	json_put_str(out, "state", test_state_name(test->state));
	json_put(out, "before", rate_object(row->failed_before, row->runs_before));
	json_put(out, "since", rate_object(row->failed, row->runs));
	json_put_str(out, "because", buf_str(&words));
	return out;
}

/* null: there is nothing to compare with. */
static struct json *delta_object(const struct report_input *input)
{
	struct json *out = NULL, *lists[DELTA_COUNT] = {NULL};

	if (!delta_is_known(input)) {
		return json_new_null();
	}
	out = json_new_object();
	json_put(out, "against", shape_time(input->compare_us));
	json_put_int(out, "runs_before", (int64_t)input->longer->delta.runs_before);
	for (enum delta_kind kind = 0; kind < DELTA_COUNT; kind++) {
		lists[kind] = json_new_array();
		json_put(out, delta_kind_name(kind), lists[kind]);
	}
	VEC_EACH (const struct delta_row, row, &input->longer->delta) {
		json_add(lists[row->kind], delta_row_object(input, row));
	}
	return out;
}

void report_json(const struct report_input *input, struct buf *out)
{
	const struct flake_report *flakes = input->flakes;
	struct json_text text = {.out = out};
	CLEANUP(tests_text_end) struct tests_text tests = {0};

	tests_text_begin(input, &text, &tests);
	json_text_open(&text, NULL, '{');
	json_text_str(&text, "schema", "steady.report/1");
	json_text_tree(&text, "generated_at", shape_time(input->now_us));
	json_text_tree(&text, "window", window_object(input));
	json_text_tree(&text, "summary", summary_object(input));
	json_budgets(input, &text);
	json_text_tree(&text, "days", days_json(input, DAYS_MOST, false));
	json_text_tree(&text, "changes", delta_object(input));
	for (enum test_state state = 0; state < STATE_OTHER; state++) {
		tests_text_put(&tests, state);
	}
	json_text_tree(&text, "groups", group_array(flakes));
	json_text_tree(&text, "incidents", incident_array(input));
	json_text_tree(&text, "readiness", readiness_array(flakes));
	json_text_tree(&text, "quarantine", quarantine_json(input));
	json_text_tree(&text, "caveats", caveat_array(input));
	json_text_close(&text, '}');
	buf_char(out, '\n');
}
