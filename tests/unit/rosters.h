/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_TESTS_UNIT_ROSTERS_H
#define STEADY_TESTS_UNIT_ROSTERS_H

#include "model/evidence.h"

#include <stdlib.h>

/* Evidence that no history was asked for: each run has a roster of its own. Once all runs and tests are
 * known; what was noted before is forgotten. */
static inline void rosters_make(struct evidence *evidence)
{
	VEC_EACH (struct roster_facts, roster, &evidence->rosters) {
		free(roster->ran);
		free(roster->skipped);
	}
	evidence->rosters.len = 0;
	VEC_EACH (struct run_facts, run, &evidence->runs) {
		run->roster = evidence_add_roster(evidence) + 1;
	}
}

static inline void rosters_note_ran(struct evidence *evidence, size_t test, size_t run)
{
	evidence_put_on_roster(evidence, evidence->runs.items[run].roster - 1, test, false);
}

#endif
