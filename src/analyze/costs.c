/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/costs.h"

#include <math.h>
#include <stdlib.h>

#define US_PER_MINUTE 6e7
#define HALF_LIFE_US  (14 * 86400e6)

/* Microseconds as doubles: times from foreign machines may add up to more than an int64_t. */
struct run_cost {
	double share;  /* minutes that one flaky failing test has to carry, */
	double recent; /* and the same, weighed by how recent they are */
};

static double known(int64_t us)
{
	return us > 0 ? (double)us : 0;
}

/* Of a run in which so many tests failed that are flaky. */
static void price(const struct run_facts *run, bool false_red, size_t flaky, int64_t newest_us,
		  struct run_cost *cost, struct flake_report *report)
{
	double lost = known(run->retry_us);

	if (flaky == 0) {
		return;
	}
	if (false_red && run->duration_us >= 0) {
		/* The run's own time holds that of its retries. */
		lost = known(run->duration_us) > lost ? known(run->duration_us) : lost;
	} else if (false_red) {
		lost += known(run->tests_us);
	}
	report->minutes_lost += lost / US_PER_MINUTE;
	cost->share = lost / (double)flaky / US_PER_MINUTE;
	cost->recent = cost->share * exp2(-known(newest_us - run->started_us) / HALF_LIFE_US);
}

static void charge(const struct evidence *evidence, const uint32_t *judged,
		   const struct run_cost *costs, struct flake_report *report)
{
	for (size_t i = 0; i < evidence->observations.len; i++) {
		const struct observation *seen = &evidence->observations.items[i];
		const struct run_cost *cost = &costs[seen->run];
		struct test_judgement *test = NULL;

		if (judged[i] == NOT_JUDGED || !observation_is_bad(seen)) {
			continue;
		}
		test = &report->tests.items[judged[i]];
		if (test->state == STATE_FLAKY) {
			test->minutes_lost += cost->share;
			test->recent += cost->recent;
			test->false_reds += report->fates[seen->run] == FATE_RED_FLAKE;
		}
	}
}

void costs_charge(const struct evidence *evidence, const uint32_t *judged,
		  const struct run_failures *failures, struct flake_report *report)
{
	AUTO_FREE struct run_cost *costs = mem_array(evidence->runs.len + 1, sizeof(*costs));

	for (size_t i = 0; i < evidence->runs.len; i++) {
		const struct run_facts *run = &evidence->runs.items[i];

		price(run, report->fates[i] == FATE_RED_FLAKE, failures[i].flaky,
		      evidence->runs.items[evidence->runs.len - 1].started_us, &costs[i], report);
	}
	charge(evidence, judged, costs, report);
}
