/* SPDX-License-Identifier: Apache-2.0 */
#include "run/services.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "failure/classify.h"
#include "os/signals.h"
#include "ready/monitor.h"

#include <stdlib.h>
#include <string.h>

/* Who has just come back may not serve at once; but only who is named is meant then for sure. */
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

/* Who has to be waited for was gone: since it was last heard of, and until it came back. */
static void note_outage(struct session *session, const struct wait *wait)
{
	struct service_event down = {
		.change = SERVICE_DOWN,
		.at_us = wait->started_us,
		.silent = wait->last_seen_us != STAGE_NEVER,
		.well_us = monitor_answered_us(session->monitor, wait->service),
	};

	if (!wait->error || wait->cancelled || wait->invert || !down.well_us) {
		return;
	}
	down.service = mem_str(wait->service);
	down.address = mem_str(wait->address);
	down.detail = mem_str(wait->error);
	*VEC_PUSH(&session->outages) = down;
	if (wait->ready) {
		*VEC_PUSH(&session->outages) = (struct service_event){
			.service = mem_str(wait->service),
			.change = SERVICE_UP,
			.at_us = wait->started_us + wait->duration_us,
		};
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
		if (session->monitor) {
			note_outage(session, &run->waits.items[i]);
		}
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
static bool is_during(const struct outage *outage, const struct window *window, bool named)
{
	int64_t well_us = outage->began->well_us;
	int64_t from_us = well_us ? well_us : outage->from_us;

	return from_us <= window->until_us &&
	       outage->until_us >= window->from_us - (named ? SETTLED_US : 0);
}

/* By its name, or by the address at which it was ready. */
static bool is_meant(const char *endpoint, const struct outage *outage)
{
	const char *address = outage->began->address;

	return service_is_same(endpoint, outage->service) ||
	       (address && service_is_same(endpoint, address));
}

/* That time ran out says nothing of a service that is not named, unless that was silent. */
static bool explains(const struct outage *outage, const struct classified *finding)
{
	if (finding->endpoint) {
		return is_meant(finding->endpoint, outage);
	}
	return finding->class != CLASS_TIMEOUT || outage->began->silent;
}

/* The service that was down meanwhile and that is meant; NULL when none is, or it is not clear. */
static const char *find(const struct outage_list *outages, const struct window *window,
			const struct classified *finding)
{
	const char *found = NULL;

	VEC_EACH (const struct outage, outage, outages) {
		if (!is_during(outage, window, finding->endpoint != NULL) ||
		    !explains(outage, finding)) {
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

			service = find(&outages, &window, &finding);
			failed->service = service ? mem_str(service) : NULL;
		}
	}
	VEC_FREE(&outages);
}

static bool was_seen(const struct service_event_list *events, const char *service)
{
	VEC_EACH (const struct service_event, event, events) {
		if (event->change != SERVICE_UP && str_eq(event->service, service)) {
			return true;
		}
	}
	return false;
}

/* What nobody saw while it happened; who saw it knows more. */
static void add_unseen(struct service_event_list *unseen, struct service_event_list *events)
{
	struct service_event_list fresh = {0};

	VEC_EACH (struct service_event, event, unseen) {
		if (!was_seen(events, event->service)) {
			*VEC_PUSH(&fresh) = *event;
			*event = (struct service_event){0};
		}
	}
	VEC_EACH (const struct service_event, event, &fresh) {
		*VEC_PUSH(events) = *event;
	}
	VEC_FREE(&fresh);
}

static int compare_times(const void *a, const void *b)
{
	const struct service_event *left = a, *right = b;

	return (left->at_us > right->at_us) - (left->at_us < right->at_us);
}

static void sort_events(struct service_event_list *events)
{
	if (events->len > 1) {
		qsort(events->items, events->len, sizeof(*events->items), compare_times);
	}
}

void services_end(struct session *session)
{
	monitor_stop(TAKE(session->monitor), session->run->failed.len > 0, &session->run->events);
	add_unseen(&session->outages, &session->run->events);
	sort_events(&session->run->events);
	services_blame(session->run, session->plan->rules);
}
