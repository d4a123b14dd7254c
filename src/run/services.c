/* SPDX-License-Identifier: Apache-2.0 */
#include "run/services.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "failure/classify.h"
#include "os/signals.h"
#include "ready/monitor.h"

#include <string.h>

/* Who has just come back may not serve at once. */
#define SETTLED_US (2 * US_PER_S)

void services_begin(struct session *session)
{
	if (session->plan->targets) {
		session->monitor = monitor_start(session->plan->targets);
	}
}

/* --- before a retry --- */

static void block(struct run *run)
{
	VEC_EACH (struct failed_test, failed, &run->failed) {
		if (failed->retry != RETRY_PASSED) {
			failed->retry = RETRY_BLOCKED;
			failed->decided_by = 0;
		}
	}
}

static void tell(const struct wait *wait, void *payload)
{
	const struct session *session = payload;

	if (!wait->ready && !wait->cancelled && !wait->optional && !wait->open) {
		session_say(session, "not retried: %s is not ready: %s",
			    str_or(wait->service, wait->target), str_or(wait->error, "no answer"));
	}
}

bool services_ready_again(struct session *session)
{
	const struct run_plan *plan = session->plan;
	struct run *run = session->run;
	size_t first = run->waits.len;
	bool ready = true;

	if (!plan->targets || plan->targets->len == 0) {
		return true;
	}
	ready = wait_for_all(plan->targets, plan->wait_limit_us, tell, session, &run->waits);
	for (size_t i = first; i < run->waits.len; i++) {
		run->waits.items[i].attempt = (int)run->attempts.len + 1;
	}
	session->facts.stop_signal = signals_stopped_by();
	if (!ready && !session->facts.stop_signal) {
		block(run);
	}
	return ready && !session->facts.stop_signal;
}

/* --- at the end --- */

/* When a test can have run. */
struct window {
	int64_t from_us, until_us; /* wall */
};

/* Tests are over when the last report is written. */
static struct window window_of_all(const struct attempt *attempt)
{
	struct window window = {attempt->started_us, attempt->started_us + attempt->duration_us};
	int64_t written_us = 0;

	VEC_EACH (const struct results_file, file, &attempt->files) {
		written_us = file->written_us > written_us ? file->written_us : written_us;
	}
	if (written_us > window.from_us && written_us < window.until_us) {
		window.until_us = written_us;
	}
	return window;
}

/* Behind the tests that stand in front of it and in front of those behind it, where the report's order
 * can be that of time: one report, of tests that did not run at once. */
static struct window window_of(const struct attempt *attempt, const struct result *test)
{
	struct window window = window_of_all(attempt);
	int64_t before_us = 0, behind_us = 0;
	bool seen = false;

	ATTEMPT_EACH_RESULT(result, attempt)
	{
		int64_t took_us = result->duration_us > 0 ? result->duration_us : 0;

		seen = seen || result == test;
		if (result != test) {
			*(seen ? &behind_us : &before_us) += took_us;
		}
	}
	if (attempt->files.len == 1 && before_us + behind_us <= window.until_us - window.from_us) {
		window.from_us += before_us;
		window.until_us -= behind_us;
	}
	return window;
}

/* What was noticed happened since it was last well. */
static bool is_during(const struct outage *outage, const struct window *window)
{
	int64_t well_us = outage->began->well_us;
	int64_t from_us = well_us ? well_us : outage->from_us;

	return from_us <= window->until_us && outage->until_us >= window->from_us - SETTLED_US;
}

/* The service that was down meanwhile and that is meant; NULL when none is, or it is not clear. */
static const char *find(const struct outage_list *outages, const struct window *window,
			const char *endpoint)
{
	const char *found = NULL;

	VEC_EACH (const struct outage, outage, outages) {
		if (!is_during(outage, window) ||
		    (endpoint && !service_is_same(endpoint, outage->service))) {
			continue;
		}
		if (found && !str_eq(found, outage->service)) {
			return NULL;
		}
		found = outage->service;
	}
	return found;
}

void services_blame(struct run *run, struct rules *rules)
{
	struct outage_list outages = {0};

	outages_of(&run->events, &outages);
	VEC_EACH (struct failed_test, failed, &run->failed) {
		CLEANUP(classified_release) struct classified finding = {0};
		const char *service = NULL;

		if (outages.len == 0) {
			break;
		}
		failure_classify_by(rules, failed->first->failure, &finding);
		if (failure_class_is_readiness(finding.class)) {
			struct window window = window_of(&run->attempts.items[0], failed->first);

			service = find(&outages, &window, finding.endpoint);
			failed->service = service ? mem_str(service) : NULL;
		}
	}
	VEC_FREE(&outages);
}

void services_end(struct session *session)
{
	monitor_stop(TAKE(session->monitor), &session->run->events);
	services_blame(session->run, session->plan->rules);
}
