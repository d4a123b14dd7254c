/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_RESULTS_H
#define STEADY_HISTORY_RESULTS_H

#include "base/strv.h"
#include "history/suite.h"

/* Blocks that were just written, so that nobody has to read them again. */
struct fresh_block {
	int64_t attempt_id;
	int64_t *test_ids; /* owned, in the order of the list; and so the codes */
	unsigned char *codes;
	size_t len;
};

struct fresh_blocks {
	VEC(struct fresh_block)
	bool partial; /* some were written that are not here */
};

void fresh_blocks_release(struct fresh_blocks *fresh);

/*
 * Writes results of one attempt inside the transaction of the caller: passes and skips into blocks,
 * the rest into rows. With `conflicts`, tests of which the attempt says something else already, or
 * of which the results contradict each other, are named there once each. *fresh gets the blocks; NULL: not
 * wanted.
 */
int results_write(struct db *db, int64_t attempt_id, const struct result_refs *results,
		  struct strv *conflicts, struct fresh_blocks *fresh, struct err *err);

#endif
