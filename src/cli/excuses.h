/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CLI_EXCUSES_H
#define STEADY_CLI_EXCUSES_H

#include "cli/place.h"
#include "model/run.h"

/*
 * What the quarantine ledger says of the tests that failed in a run. On a pull request the ledger of the commit that
 * it is to be merged into counts: nobody excuses failures of his own change. A ledger that cannot be used excuses
 * nothing, and a warning says so.
 */
struct excuses {
	struct place *place;
	const struct options *options;
	bool told; /* what there is to say */
};

/* --quarantine, else .steady-quarantine.yml at the root. The caller frees. */
char *excuses_path(struct place *place, const struct options *options);

/* Is there a ledger, or was one named? */
bool excuses_possible(const struct excuses *excuses);

/* Marks run->failed anew; a `struct excuses` as payload. The ledger is read each time. */
void excuses_ask(struct run *run, void *payload);

#endif
