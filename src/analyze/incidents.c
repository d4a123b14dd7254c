/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/incidents.h"

#include "base/mem.h"
#include "base/str.h"

#include <stdlib.h>

/* The newest first, and of one moment the larger. */
static int compare(const void *a, const void *b)
{
	const struct incident *left = a, *right = b;
	int64_t left_us = left->event->at_us, right_us = right->event->at_us;

	if (left_us != right_us) {
		return left_us > right_us ? -1 : 1;
	}
	return (left->failures < right->failures) - (left->failures > right->failures);
}

/* A service that goes down twice in one run is one incident. */
static bool is_known(const struct flake_report *report, const struct event_facts *facts)
{
	VEC_EACH (const struct incident, incident, &report->incidents) {
		if (incident->run == facts->run &&
		    str_eq(incident->event->service, facts->event.service)) {
			return true;
		}
	}
	return false;
}

/* The incident of a service tells what its run's failures have in common. */
static void drop_told(const struct evidence *evidence, struct flake_report *report)
{
	AUTO_FREE bool *told = mem_array(evidence->runs.len + 1, sizeof(*told));
	size_t kept = 0;

	VEC_EACH (const struct incident, incident, &report->incidents) {
		told[incident->run] = true;
	}
	VEC_EACH (const struct mass_failure, failure, &report->mass) {
		if (!told[failure->run]) {
			report->mass.items[kept++] = *failure;
		}
	}
	report->mass.len = kept;
}

void incidents_collect(const struct evidence *evidence, struct flake_report *report)
{
	VEC_EACH (const struct event_facts, facts, &evidence->events) {
		if (facts->failures > 0 && facts->event.change != SERVICE_UP &&
		    !is_known(report, facts)) {
			*VEC_PUSH(&report->incidents) =
				(struct incident){facts->run, &facts->event, facts->failures};
		}
	}
	if (report->incidents.len > 1) {
		qsort(report->incidents.items, report->incidents.len,
		      sizeof(*report->incidents.items), compare);
	}
	drop_told(evidence, report);
}
