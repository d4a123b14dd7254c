/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CLI_OWNERS_H
#define STEADY_CLI_OWNERS_H

#include "analyze/flakes.h"
#include "cli/place.h"

/*
 * Fills in whose the tests of the report are, by the CODEOWNERS file of the work tree and the files of HEAD's commit; also those that
 * are in no section where `all`. False where nothing says so: no repository, no such file, one that is too large.
 */
bool owners_tell(struct place *place, const struct flake_report *flakes, bool all,
		 struct evidence *evidence);

/* Leaves only the tests of these owners; left_out takes how many of each state went. */
void owners_keep(const struct strv *owners, const struct evidence *evidence,
		 struct flake_report *flakes, size_t left_out[STATE_COUNT]);

#endif
