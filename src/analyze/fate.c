/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/fate.h"

#include "analyze/looks.h"

#include <stdlib.h>

const char *run_fate_name(enum run_fate fate)
{
	static const char *const names[FATE_COUNT] = {
		[FATE_NONE] = "none",
		[FATE_PASSED] = "passed",
		[FATE_FLAKY] = "flaky",
		[FATE_RED_FLAKE] = "red_flake",
		[FATE_RED_READINESS] = "red_readiness",
		[FATE_RED_INFRA] = "red_infra",
		[FATE_RED_PRODUCT] = "red_product",
	};

	return names[fate];
}

struct run_failures *run_failures_count(const struct evidence *evidence, const uint32_t *judged,
					const struct flake_report *report)
{
	struct run_failures *out = mem_array(evidence->runs.len + 1, sizeof(*out));

	for (size_t i = 0; i < evidence->observations.len; i++) {
		const struct observation *seen = &evidence->observations.items[i];
		struct run_failures *run = &out[seen->run];

		if (!observation_is_bad(seen)) {
			continue;
		}
		if (seen->service_down) {
			run->service++;
		} else if (judged[i] != NOT_JUDGED) {
			bool flaky = report->tests.items[judged[i]].state == STATE_FLAKY;

			run->flaky += flaky;
			run->other += !flaky;
		}
	}
	return out;
}

static enum run_fate fate_of(enum run_outcome outcome, bool left_out,
			     const struct run_failures *failures)
{
	if (outcome == RUN_NOT_READY) {
		return FATE_RED_READINESS;
	}
	if (!run_is_evidence(outcome)) {
		return FATE_NONE;
	}
	if (outcome == RUN_PASSED || outcome == RUN_FLAKY) {
		return outcome == RUN_PASSED ? FATE_PASSED : FATE_FLAKY;
	}
	if (failures->service > 0 && failures->flaky + failures->other == 0) {
		return FATE_RED_READINESS;
	}
	if (left_out) {
		return FATE_RED_INFRA;
	}
	if (outcome == RUN_FAILED && failures->flaky > 0 && failures->other == 0) {
		return FATE_RED_FLAKE;
	}
	return outcome == RUN_FAILED || failures->other > 0 ? FATE_RED_PRODUCT : FATE_RED_INFRA;
}

void fates_tell(const struct evidence *evidence, const struct run_failures *failures,
		struct flake_report *report)
{
	report->fates = mem_array(evidence->runs.len + 1, sizeof(*report->fates));
	for (size_t run = 0; run < evidence->runs.len; run++) {
		report->fates[run] = fate_of(evidence->runs.items[run].outcome,
					     report->left_out[run], &failures[run]);
		report->runs_failed_by_flakes += report->fates[run] == FATE_RED_FLAKE;
	}
}
