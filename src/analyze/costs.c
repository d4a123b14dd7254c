/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/costs.h"

#include <stdlib.h>

#define US_PER_MINUTE 6e7

/* Microseconds as doubles: times from foreign machines may add up to more than an int64_t. */
struct run_cost {
	size_t flaky, other; /* failing tests in this run, by judgement */
	double tests_us;     /* the sum of all test times */
	double share_us;     /* what one flaky failing test has to carry */
};

static double known(int64_t us)
{
	return us > 0 ? (double)us : 0;
}

static void count_failures(const struct evidence *evidence, const struct groups *groups,
			   const struct flake_report *report, struct run_cost *costs)
{
	for (size_t i = 0; i < groups->len; i++) {
		const struct group *group = &groups->items[i];
		bool flaky = report->tests.items[i].state == STATE_FLAKY;

		for (size_t j = group->first; j < group->first + group->count; j++) {
			const struct observation *seen =
				&evidence->observations.items[groups->order[j]];

			if (observation_is_bad(seen)) {
				costs[seen->run].flaky += flaky;
				costs[seen->run].other += !flaky;
			}
		}
	}
}

static void price(const struct run_facts *run, struct run_cost *cost, struct flake_report *report)
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
		lost += cost->tests_us;
	}
	report->runs_failed_by_flakes += red;
	report->minutes_lost += lost / US_PER_MINUTE;
	cost->share_us = lost / (double)cost->flaky;
}

static void share(const struct evidence *evidence, const struct groups *groups,
		  const struct run_cost *costs, struct flake_report *report)
{
	for (size_t i = 0; i < groups->len; i++) {
		const struct group *group = &groups->items[i];
		struct test_judgement *test = &report->tests.items[i];
		double lost = 0;

		for (size_t j = group->first; j < group->first + group->count; j++) {
			const struct observation *seen =
				&evidence->observations.items[groups->order[j]];

			lost += observation_is_bad(seen) ? costs[seen->run].share_us : 0;
		}
		test->minutes_lost = test->state == STATE_FLAKY ? lost / US_PER_MINUTE : 0;
	}
}

void costs_charge(const struct evidence *evidence, const struct groups *groups,
		  struct flake_report *report)
{
	AUTO_FREE struct run_cost *costs = mem_array(evidence->runs.len + 1, sizeof(*costs));

	VEC_EACH (const struct observation, seen, &evidence->observations) {
		costs[seen->run].tests_us += known(seen->duration_us);
	}
	count_failures(evidence, groups, report, costs);
	for (size_t i = 0; i < evidence->runs.len; i++) {
		price(&evidence->runs.items[i], &costs[i], report);
	}
	share(evidence, groups, costs, report);
}
