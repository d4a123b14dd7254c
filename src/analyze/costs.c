/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/costs.h"

#include <math.h>
#include <stdlib.h>

#define US_PER_MINUTE 6e7
#define HALF_LIFE_US  (14 * 86400e6)

/* Microseconds as doubles: times from foreign machines may add up to more than an int64_t. */
struct run_cost {
	size_t flaky, other; /* failing tests in this run, by judgement */
	bool false_red;      /* only through flaky ones */
	double share;        /* minutes that one flaky failing test has to carry, */
	double recent;       /* and the same, weighed by how recent they are */
};

static double known(int64_t us)
{
	return us > 0 ? (double)us : 0;
}

static void count_failures(const struct evidence *evidence, const uint32_t *judged,
			   const struct flake_report *report, struct run_cost *costs)
{
	for (size_t i = 0; i < evidence->observations.len; i++) {
		const struct observation *seen = &evidence->observations.items[i];

		if (judged[i] != NOT_JUDGED && observation_is_bad(seen)) {
			bool flaky = report->tests.items[judged[i]].state == STATE_FLAKY;

			costs[seen->run].flaky += flaky;
			costs[seen->run].other += !flaky;
		}
	}
}

static void price(const struct run_facts *run, int64_t newest_us, struct run_cost *cost,
		  struct flake_report *report)
{
	bool red = run->outcome == RUN_FAILED && cost->other == 0;
	double lost = known(run->retry_us);

	if (cost->flaky == 0) {
		return;
	}
	if (red && run->duration_us >= 0) {
		/* The run's own time holds that of its retries. */
		lost = known(run->duration_us) > lost ? known(run->duration_us) : lost;
	} else if (red) {
		lost += known(run->tests_us);
	}
	report->runs_failed_by_flakes += red;
	report->minutes_lost += lost / US_PER_MINUTE;
	cost->false_red = red;
	cost->share = lost / (double)cost->flaky / US_PER_MINUTE;
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
			test->false_reds += cost->false_red;
		}
	}
}

void costs_charge(const struct evidence *evidence, const uint32_t *judged,
		  struct flake_report *report)
{
	AUTO_FREE struct run_cost *costs = mem_array(evidence->runs.len + 1, sizeof(*costs));

	count_failures(evidence, judged, report, costs);
	for (size_t i = 0; i < evidence->runs.len; i++) {
		const struct run_facts *run = &evidence->runs.items[i];

		price(run, evidence->runs.items[evidence->runs.len - 1].started_us, &costs[i],
		      report);
	}
	charge(evidence, judged, costs, report);
}
