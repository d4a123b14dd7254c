/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/services.h"

#include "base/str.h"

#include <stdlib.h>
#include <string.h>

static int compare_names(const struct wait *left, const struct wait *right)
{
	int order = strcmp(str_or(left->service, ""), str_or(right->service, ""));

	return order ? order : strcmp(str_or(left->probe, ""), str_or(right->probe, ""));
}

/* By service and probe, then in time order. */
static int compare_waits(const void *a, const void *b)
{
	const struct wait *left = *(const struct wait *const *)a;
	const struct wait *right = *(const struct wait *const *)b;
	int order = compare_names(left, right);

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

static void summarise(const struct wait *const *waits, size_t count, struct service_summary *out)
{
	AUTO_FREE int64_t *times = mem_array(count, sizeof(*times));
	size_t ready = 0;

	*out = (struct service_summary){
		.service = str_or(waits[0]->service, ""),
		.probe = str_or(waits[0]->probe, ""),
		.waits = count,
		.limit_us = waits[count - 1]->limit_us,
	};
	for (size_t i = 0; i < count; i++) {
		if (waits[i]->ready) {
			times[ready++] = waits[i]->duration_us;
			continue;
		}
		out->failed++;
		out->last_failed_us = waits[i]->started_us;
		out->last_error = waits[i]->error;
	}
	qsort(times, ready, sizeof(*times), compare_times);
	out->p50_us = percentile(times, ready, 50);
	out->p95_us = percentile(times, ready, 95);
}

static int compare_services(const void *a, const void *b)
{
	const struct service_summary *left = a, *right = b;
	int order = strcmp(left->service, right->service);

	if (left->failed != right->failed) {
		return left->failed > right->failed ? -1 : 1;
	}
	return order ? order : strcmp(left->probe, right->probe);
}

void services_summarise(const struct evidence *evidence, struct flake_report *report)
{
	AUTO_FREE const struct wait **waits = mem_array(evidence->waits.len + 1, sizeof(*waits));
	size_t count = 0, start = 0;

	VEC_EACH (const struct wait_facts, facts, &evidence->waits) {
		if (!facts->wait.cancelled) {
			waits[count++] = &facts->wait;
		}
	}
	if (count == 0) {
		return;
	}
	qsort(waits, count, sizeof(*waits), compare_waits);
	for (size_t i = 1; i <= count; i++) {
		if (i == count || compare_names(waits[start], waits[i]) != 0) {
			summarise(waits + start, i - start, VEC_PUSH(&report->services));
			start = i;
		}
	}
	qsort(report->services.items, report->services.len, sizeof(*report->services.items),
	      compare_services);
}
