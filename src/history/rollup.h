/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_ROLLUP_H
#define STEADY_HISTORY_ROLLUP_H

#include "history/block.h"
#include "history/results.h"
#include "history/roster.h"

/* What the attempts of a run come to, test by test (schema_5.sql). */
struct rollup_sum {
	int64_t results, tests, tests_us;
	bool silent; /* the run says nothing about its tests: neither has it a roster, nor `seen` */
	struct roster roster;
	struct buf seen;
};

/* What it is made from, beside the rows. */
struct rollup_sources {
	struct block_cache *cache;        /* kept from run to run */
	const struct fresh_blocks *fresh; /* all blocks of their attempts; NULL none */
};

/* Without writing. The caller releases *out, also when it failed. */
int rollup_sum(struct db *db, int64_t run_id, const struct rollup_sources *sources,
	       struct rollup_sum *out, struct err *err);
void rollup_sum_release(struct rollup_sum *sum);

/*
 * Writes what the attempts of that run come to, test by test, so that a report need not read them;
 * inside the transaction that changed the run.
 */
int rollup_make(struct db *db, int64_t run_id, const struct fresh_blocks *fresh, struct err *err);

#endif
