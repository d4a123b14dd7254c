/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/services.h"

#include "base/clock.h"
#include "base/str.h"

#include <stdlib.h>
#include <string.h>

#define SUGGEST_TIMES 3

/* Limits as people write them, in seconds. A shorter one saves nothing and fails on a slow day. */
static const int64_t readable_s[] = {
	5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 900, 1200, 1800, 2700, 3600, 7200, 10800,
};

/* One wait, of the window or before it. Borrows. */
struct sample {
	const char *service, *probe, *job, *variant;
	int64_t started_us, duration_us;
	bool ready;
	const struct wait *wait; /* NULL before the window */
};

struct sample_list {
	VEC(struct sample)
};

static void sample_list_release(struct sample_list *list)
{
	VEC_FREE(list);
}

static int compare_names(const struct sample *left, const struct sample *right)
{
	int order = strcmp(left->service, right->service);

	return order ? order : strcmp(left->probe, right->probe);
}

static int compare_lanes(const struct sample *left, const struct sample *right)
{
	int order = strcmp(left->job, right->job);

	return order ? order : strcmp(left->variant, right->variant);
}

/* By service and probe, then by lane, then in time order. */
static int compare_samples(const void *a, const void *b)
{
	const struct sample *left = a, *right = b;
	int order = compare_names(left, right);

	if (order == 0) {
		order = compare_lanes(left, right);
	}
	if (order) {
		return order;
	}
	return (left->started_us > right->started_us) - (left->started_us < right->started_us);
}

static int compare_times(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return (left > right) - (left < right);
}

/* The nearest rank: the smallest value that at least `percent` of all do not exceed. */
static int64_t percentile(const int64_t *sorted, size_t count, size_t percent)
{
	return count == 0 ? -1 : sorted[(count * percent + 99) / 100 - 1];
}

static void note_wait(const struct wait *wait, const struct wait **newest,
		      struct service_summary *out)
{
	out->waits++;
	if (!*newest || wait->started_us >= (*newest)->started_us) {
		*newest = wait;
		out->limit_us = wait->limit_us;
	}
	if (wait->ready) {
		return;
	}
	if (out->failed++ == 0 || wait->started_us >= out->last_failed_us) {
		out->last_failed_us = wait->started_us;
		out->last_error = wait->error;
	}
}

/* The times to ready, sorted; returns how many. */
static size_t ready_times(const struct sample *samples, size_t count, bool earlier_too,
			  int64_t *times)
{
	size_t ready = 0;

	for (size_t i = 0; i < count; i++) {
		if (samples[i].ready && samples[i].duration_us >= 0 &&
		    (samples[i].wait || earlier_too)) {
			times[ready++] = samples[i].duration_us;
		}
	}
	qsort(times, ready, sizeof(*times), compare_times);
	return ready;
}

static int64_t suggest(const struct service_summary *service)
{
	for (size_t i = 0; i < ARRAY_LEN(readable_s); i++) {
		if (service->p99_us <= readable_s[i] * US_PER_S / SUGGEST_TIMES) {
			return service->known < SERVICES_SUGGEST_LEAST ? -1
								       : readable_s[i] * US_PER_S;
		}
	}
	return -1;
}

static void note_times(const struct sample *samples, size_t count, struct service_summary *out)
{
	AUTO_FREE int64_t *times = mem_array(count, sizeof(*times));
	size_t ready = ready_times(samples, count, false, times);

	out->p50_us = percentile(times, ready, 50);
	out->p95_us = percentile(times, ready, 95);
	out->known = ready_times(samples, count, true, times);
	out->p99_us = percentile(times, out->known, 99);
	out->suggested_us = suggest(out);
}

static void note_trend(const struct sample *samples, size_t count, struct service_summary *out)
{
	AUTO_FREE struct trend_point *points = mem_array(count, sizeof(*points));
	size_t len = 0, lane = 0;

	for (size_t i = 0; i < count; i++) {
		lane += i > 0 && compare_lanes(&samples[i - 1], &samples[i]) != 0;
		if (samples[i].ready && samples[i].duration_us >= 0) {
			points[len++] = (struct trend_point){
				.lane = lane,
				.time_us = samples[i].started_us,
				.value_us = samples[i].duration_us,
			};
		}
	}
	trend_of(points, len, &out->trend);
	out->crosses = trend_crossing(&out->trend, out->limit_us, &out->crossing);
}

/* One service and probe; nothing when it was not waited for in the window. */
static void summarise(const struct sample *samples, size_t count, struct flake_report *report)
{
	struct service_summary summary = {
		.service = samples[0].service,
		.probe = samples[0].probe,
	};
	const struct wait *newest = NULL;

	for (size_t i = 0; i < count; i++) {
		if (samples[i].wait) {
			note_wait(samples[i].wait, &newest, &summary);
		}
	}
	if (newest) {
		note_times(samples, count, &summary);
		note_trend(samples, count, &summary);
		*VEC_PUSH(&report->services) = summary;
	}
}

static void add_wait(const struct evidence *evidence, const struct wait_facts *facts,
		     struct sample_list *out)
{
	const struct run_facts *run =
		facts->run < evidence->runs.len ? &evidence->runs.items[facts->run] : NULL;

	*VEC_PUSH(out) = (struct sample){
		.service = str_or(facts->wait.service, ""),
		.probe = str_or(facts->wait.probe, ""),
		.job = str_or(run ? run->job : NULL, ""),
		.variant = str_or(run ? run->variant : NULL, ""),
		.started_us = facts->wait.started_us,
		.duration_us = facts->wait.duration_us,
		.ready = facts->wait.ready,
		.wait = &facts->wait,
	};
}

/* In front of a retry a service is mostly there, and what is to be gone has no time to ready. */
static bool counts(const struct wait *wait)
{
	return !wait->cancelled && !wait->invert && wait->attempt <= 1;
}

static void collect(const struct evidence *evidence, struct sample_list *out)
{
	VEC_EACH (const struct wait_facts, facts, &evidence->waits) {
		if (counts(&facts->wait)) {
			add_wait(evidence, facts, out);
		}
	}
	VEC_EACH (const struct earlier_wait, wait, &evidence->earlier_waits) {
		*VEC_PUSH(out) = (struct sample){
			.service = str_or(wait->service, ""),
			.probe = str_or(wait->probe, ""),
			.job = str_or(wait->job, ""),
			.variant = str_or(wait->variant, ""),
			.started_us = wait->started_us,
			.duration_us = wait->duration_us,
			.ready = true,
		};
	}
}

static int compare_crossings(const struct service_summary *left,
			     const struct service_summary *right)
{
	int64_t soon = left->crossing.around_us, late = right->crossing.around_us;

	if (left->crosses != right->crosses) {
		return left->crosses ? -1 : 1;
	}
	return (soon > late) - (soon < late);
}

static int compare_services(const void *a, const void *b)
{
	const struct service_summary *left = a, *right = b;
	int order = compare_crossings(left, right);

	if (left->failed != right->failed) {
		return left->failed > right->failed ? -1 : 1;
	}
	if (order == 0) {
		order = strcmp(left->service, right->service);
	}
	return order ? order : strcmp(left->probe, right->probe);
}

void services_summarise(const struct evidence *evidence, struct flake_report *report)
{
	CLEANUP(sample_list_release) struct sample_list samples = {0};
	size_t start = 0;

	collect(evidence, &samples);
	if (samples.len > 1) {
		qsort(samples.items, samples.len, sizeof(*samples.items), compare_samples);
	}
	for (size_t i = 1; i <= samples.len; i++) {
		if (i == samples.len ||
		    compare_names(&samples.items[start], &samples.items[i]) != 0) {
			summarise(samples.items + start, i - start, report);
			start = i;
		}
	}
	if (report->services.len > 1) {
		qsort(report->services.items, report->services.len, sizeof(*report->services.items),
		      compare_services);
	}
}

bool service_margin(const struct service_summary *service, double *out)
{
	if (service->limit_us <= 0 || service->p95_us < 0) {
		return false;
	}
	/* In doubles: times from foreign machines may be anything. */
	*out = 1 - (double)service->p95_us / (double)service->limit_us;
	return true;
}
