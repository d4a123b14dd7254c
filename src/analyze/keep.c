/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/keep.h"

#include "analyze/looks.h"

#include <string.h>

/* Where each test went; NO_INDEX: behind those that are listed. */
static void move_tests(struct flake_report *report, keep_fn *keep, const void *payload,
		       size_t *moved, size_t *left_out)
{
	AUTO_FREE struct test_judgement *others = mem_array(report->tests.len + 1, sizeof(*others));
	size_t kept = 0, count = 0;

	for (size_t i = 0; i < report->tests.len; i++) {
		struct test_judgement *test = &report->tests.items[i];

		if (keep(test, payload)) {
			moved[i] = kept;
			report->tests.items[kept++] = *test;
			continue;
		}
		moved[i] = NO_INDEX;
		left_out[test->state]++;
		report->count[test->state]--;
		others[count++] = *test;
	}
	memcpy(report->tests.items + kept, others, count * sizeof(*others));
}

static void move_ranks(struct flake_report *report, size_t flaky, const size_t *moved)
{
	size_t kept = 0;

	for (size_t i = 0; i < flaky; i++) {
		size_t at = moved[report->ranked[i]];

		if (at != NO_INDEX) {
			report->ranked[kept++] = at;
		}
	}
}

/* Marks the runs that are red through flakes, this one among them. */
static void mark_runs(const struct flake_report *report, const struct evidence *evidence,
		      const struct test_judgement *test, bool *red)
{
	size_t at = evidence_first_observation(evidence, test->test);

	for (; at < evidence->observations.len; at++) {
		const struct observation *seen = &evidence->observations.items[at];

		if (seen->test != test->test) {
			return;
		}
		red[seen->run] |= observation_is_bad(seen) &&
				  report->fates[seen->run] == FATE_RED_FLAKE &&
				  run_facts_in_lane(&evidence->runs.items[seen->run], test->job,
						    test->variant);
	}
}

static void sum_up(struct flake_report *report, const struct evidence *evidence)
{
	AUTO_FREE bool *red = mem_array(evidence->runs.len + 1, sizeof(*red));

	report->minutes_lost = 0;
	report->runs_failed_by_flakes = 0;
	for (size_t i = 0; i < report->count[STATE_FLAKY]; i++) {
		const struct test_judgement *test = flake_report_nth(report, STATE_FLAKY, i);

		report->minutes_lost += test->minutes_lost;
		mark_runs(report, evidence, test, red);
	}
	for (size_t run = 0; run < evidence->runs.len; run++) {
		report->runs_failed_by_flakes += red[run];
	}
}

void flake_report_keep(struct flake_report *report, const struct evidence *evidence, keep_fn *keep,
		       const void *payload, size_t left_out[STATE_COUNT])
{
	AUTO_FREE size_t *moved = mem_array(report->tests.len + 1, sizeof(*moved));
	size_t flaky = report->count[STATE_FLAKY];

	move_tests(report, keep, payload, moved, left_out);
	move_ranks(report, flaky, moved);
	sum_up(report, evidence);
}

static bool is_that_test(const struct test_judgement *judged, const void *payload)
{
	return judged->test == *(const size_t *)payload;
}

void flake_report_only(struct flake_report *report, const struct evidence *evidence, size_t test)
{
	size_t left_out[STATE_COUNT] = {0};

	flake_report_keep(report, evidence, is_that_test, &test, left_out);
	while (report->tests.len > flake_report_listed(report)) {
		report->tests.len--;
		VEC_FREE(&report->tests.items[report->tests.len].signatures);
	}
}
