/* SPDX-License-Identifier: Apache-2.0 */
#include "report/causes.h"
#include "report/hang.h"
#include "report/run_json.h"
#include "report/shapes.h"
#include "report/summary.h"
#include "report/verdict.h"

#include <stdlib.h>

/* A value that is not known is negative. */
static struct json *known_real(double value)
{
	return value < 0 ? json_new_null() : json_new_real(value);
}

static struct json *conditions_object(const struct conditions *conditions)
{
	struct json *out = NULL;

	if (conditions->cores <= 0) {
		return json_new_null();
	}
	out = json_new_object();
	json_put_real(out, "cores", conditions->cores);
	json_put(out, "load_start", known_real(conditions->load_start));
	json_put(out, "load_end", known_real(conditions->load_end));
	json_put(out, "cpu_pressure", known_real(conditions->pressure));
	json_put(out, "memory_limit_bytes",
		 conditions->memory_limit > 0 ? json_new_int(conditions->memory_limit)
					      : json_new_null());
	json_put(out, "oom_kills",
		 conditions->oom_kills < 0 ? json_new_null() : json_new_int(conditions->oom_kills));
	json_put_bool(out, "loaded", conditions_loaded(conditions));
	return out;
}

static struct json *leaks_array(const struct attempt *attempt)
{
	struct json *out = json_new_array();

	VEC_EACH (const struct attempt_leak, leak, &attempt->leaks) {
		struct json *item = json_new_object();
		struct json *ports = json_new_array();

		VEC_EACH (char *, port, &leak->listens) {
			json_add(ports, json_new_int(strtol(*port, NULL, 10)));
		}
		json_put_str(item, "name", leak->name);
		json_put_str(item, "command", leak->command);
		json_put(item, "ports", ports);
		json_put_bool(item, "ended", !leak->unended);
		json_add(out, item);
	}
	return out;
}

static struct json *attempt_object(const struct attempt *attempt)
{
	struct attempt_totals totals = attempt_count(attempt);
	struct json *out = json_new_object();

	json_put_int(out, "number", attempt->number);
	json_put_str(out, "scope", attempt_scope_name(attempt->scope));
	json_put_str(out, "level",
		     attempt->scope == SCOPE_SELECTED ? rerun_level_name(attempt->level) : NULL);
	json_put_str(out, "only", *attempt->only ? attempt->only : NULL);
	json_put_str(out, "end", attempt_end_name(attempt->end));
	json_put(out, "exit_code",
		 attempt->end == END_EXITED ? json_new_int(attempt->exit_code) : json_new_null());
	json_put(out, "signal",
		 attempt->end == END_SIGNALLED ? json_new_int(attempt->signal) : json_new_null());
	json_put(out, "time", shape_time(attempt->started_us));
	json_put(out, "duration_s", run_json_seconds(attempt->duration_us));
	json_put_bool(out, "complete", attempt->complete);
	json_put_str(out, "incomplete_because", attempt->incomplete_why);
	json_put_int(out, "tests", (int64_t)totals.tests);
	json_put_int(out, "passed", (int64_t)totals.passed);
	json_put_int(out, "failed", (int64_t)totals.bad);
	json_put_int(out, "flaky", (int64_t)totals.flaky);
	json_put_int(out, "skipped", (int64_t)totals.skipped);
	json_put_int(out, "suite_errors", (int64_t)totals.suite_errors);
	json_put(out, "conditions", conditions_object(&attempt->conditions));
	json_put(out, "autopsy", hang_object(attempt));
	json_put(out, "leaks", leaks_array(attempt));
	return out;
}

static struct json *file_object(const struct attempt *attempt, const struct results_file *file)
{
	struct json *out = json_new_object();

	json_put_int(out, "attempt", attempt->number);
	json_put_str(out, "file", file->path);
	json_put_str(out, "state", file_state_name(file->state));
	json_put_str(out, "error", file->error);
	json_put_int(out, "suite_errors", (int64_t)file->suite_errors);
	json_put_str(out, "first_suite_error", file->first_suite_error);
	json_put_int(out, "unshown_tests", (int64_t)file->unshown_tests);
	json_put_int(out, "unshown_failures", (int64_t)file->unshown_failures);
	return out;
}

/* When each stage was left behind. */
static struct json *stages_object(const struct wait *wait)
{
	struct json *out = json_new_object();

	for (size_t i = 0; i < STAGE_COUNT; i++) {
		json_put(out, wait_stage_name((enum wait_stage)i),
			 run_json_seconds(wait->passed_us[i]));
	}
	return out;
}

static struct json *past_object(const struct wait_past *past)
{
	struct json *out = NULL;

	if (past->waits == 0) {
		return json_new_null();
	}
	out = json_new_object();
	json_put_int(out, "waits", (int64_t)past->waits);
	json_put_int(out, "ready", (int64_t)past->ready);
	json_put(out, "median_s", run_json_seconds(past->ready ? past->median_us : -1));
	json_put(out, "longest_s", run_json_seconds(past->ready ? past->longest_us : -1));
	return out;
}

static struct json *wait_object(const struct wait *wait)
{
	struct json *out = json_new_object();

	json_put_str(out, "target", wait->target);
	json_put_str(out, "service", wait->service);
	json_put_str(out, "probe", wait->probe);
	json_put_bool(out, "ready", wait->ready);
	json_put_bool(out, "cancelled", wait->cancelled);
	json_put_bool(out, "optional", wait->optional);
	json_put_bool(out, "permanent", wait->permanent);
	json_put_str(out, "stage", wait->stage);
	json_put(out, "stages_s", stages_object(wait));
	json_put(out, "last_seen_s", run_json_seconds(wait->last_seen_us));
	json_put_int(out, "losses", wait->losses);
	json_put_int(out, "before_attempt", wait->attempt);
	json_put_str(out, "owner", wait->owner);
	json_put_str(out, "error", wait->error);
	json_put_int(out, "attempts", wait->attempts);
	json_put(out, "duration_s", run_json_seconds(wait->duration_us));
	json_put(out, "limit_s", run_json_seconds(wait->limit_us));
	json_put(out, "earlier", past_object(&wait->past));
	return out;
}

static struct json *later_array(const struct run *run)
{
	CLEANUP(later_failure_list_release) struct later_failure_list list = {0};
	struct json *out = json_new_array();

	verdict_later(run, &list);
	VEC_EACH (const struct later_failure, later, &list) {
		struct json *item = json_new_object();

		json_put(item, "test", shape_test(&later->result->test, later->result->id));
		json_put_int(item, "attempt", later->attempt);
		json_put_str(item, "outcome", outcome_name(later->result->outcome));
		run_json_failure(item, later->result->failure);
		json_add(out, item);
	}
	return out;
}

static struct json *own_retries_array(const struct run *run)
{
	const struct attempt *first = run->attempts.items;
	struct json *out = json_new_array();

	if (!first || run->attempts.len == 0) {
		return out;
	}
	ATTEMPT_EACH_RESULT(result, first)
	{
		struct json *item = NULL;

		if (!result_is_flaky(result)) {
			continue;
		}
		item = json_new_object();
		json_put(item, "test", shape_test(&result->test, result->id));
		json_put_int(item, "failed_tries", result->failed_tries);
		run_json_failure(item, result->failure);
		json_add(out, item);
	}
	return out;
}

/* Those that the run started. */
static struct json *services_array(const struct run *run)
{
	struct json *out = json_new_array();

	VEC_EACH (const struct started_service, service, &run->services) {
		bool exited = service->by_itself && !service->signal;
		bool died = service->by_itself && service->signal;
		struct json *item = json_new_object();

		json_put_str(item, "name", service->name);
		json_put(item, "time", shape_time(service->started_us));
		json_put(item, "duration_s", run_json_seconds(service->duration_us));
		json_put_bool(item, "ended_by_itself", service->by_itself);
		json_put(item, "exit_code",
			 exited ? json_new_int(service->exit_code) : json_new_null());
		json_put(item, "signal", died ? json_new_int(service->signal) : json_new_null());
		json_put_str(item, "log", service->log);
		json_add(out, item);
	}
	return out;
}

static struct json *events_array(const struct run *run)
{
	struct json *out = json_new_array();

	VEC_EACH (const struct service_event, event, &run->events) {
		struct json *item = json_new_object();

		json_put_str(item, "service", event->service);
		json_put_str(item, "change", service_change_name(event->change));
		json_put(item, "time", shape_time(event->at_us));
		json_put_str(item, "detail", event->detail);
		json_add(out, item);
	}
	return out;
}

static struct json *causes_array(const struct summary_input *input)
{
	CLEANUP(cause_list_release) struct cause_list list = {0};
	struct json *out = json_new_array();

	causes_of(input->run, input->rules, &list);
	VEC_EACH (const struct cause, cause, &list) {
		struct json *item = json_new_object();

		json_put_str(item, "cause", cause->text);
		json_put_str(item, "detail", cause->detail);
		json_put_int(item, "failures", (int64_t)cause->failures);
		json_add(out, item);
	}
	return out;
}

static void put_lists(const struct summary_input *input, struct json *out)
{
	const struct run *run = input->run;
	struct json *attempts = json_new_array(), *files = json_new_array();
	struct json *waits = json_new_array();

	VEC_EACH (const struct attempt, attempt, &run->attempts) {
		json_add(attempts, attempt_object(attempt));
		VEC_EACH (const struct results_file, file, &attempt->files) {
			json_add(files, file_object(attempt, file));
		}
	}
	VEC_EACH (const struct wait, wait, &run->waits) {
		json_add(waits, wait_object(wait));
	}
	json_put(out, "attempts", attempts);
	json_put(out, "files", files);
	json_put(out, "waits", waits);
	json_put(out, "services", services_array(run));
	json_put(out, "service_events", events_array(run));
	json_put(out, "causes", causes_array(input));
	json_put(out, "failures", run_json_failures(input, NULL));
	json_put(out, "own_retries", own_retries_array(run));
	json_put(out, "later_failures", later_array(run));
}

void summary_json(const struct summary_input *input, struct buf *out)
{
	const struct run *run = input->run;
	AUTO_JSON struct json *object = json_new_object();

	run_json_head(object, run);
	json_put_bool(object, "isolated", run->isolated);
	json_put_bool(object, "recorded", input->not_recorded == NULL);
	json_put_str(object, "not_recorded_because", input->not_recorded);
	put_lists(input, object);
	json_write(object, 2, out);
	buf_char(out, '\n');
}
