/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_BLOCK_H
#define STEADY_HISTORY_BLOCK_H

#include "history/pace.h"
#include "history/suite.h"
#include "model/result.h"

/*
 * A block tells what one transaction recorded of an attempt, in one byte a test. Passes and skips
 * need no more; for all else the byte refers to the rows of `result`. A duration is kept on a
 * logarithmic scale of eight steps an octave, so within 4.5 %.
 */

#define BLOCK_MAX ((size_t)1 << 20) /* results; what is more goes into further blocks */

/* Passed, skipped, or only by its rows. */
#define BLOCK_UNTIMED 253
#define BLOCK_SKIPPED 254
#define BLOCK_ROW     255

unsigned char block_code(const struct result *result);

/* The duration that the code of a pass stands for; -1 when it is unknown. */
int64_t block_duration_us(unsigned char code);

/* OUTCOME_PASSED or OUTCOME_SKIPPED; of a code other than BLOCK_ROW. */
enum outcome block_outcome(unsigned char code);

/* Where a block goes. */
struct block_target {
	struct db *db;
	int64_t run_id, attempt_id, nth;
};

/* Writes it: codes[i] is about the i-th test of the suite's list. */
int block_write(const struct block_target *target, const struct suite *suite,
		const unsigned char *codes, struct err *err);

/* What blocks refer to, as it was read; zero-initialise but for suites.db. */
struct block_cache {
	struct suite_cache suites;
	struct pace pace;
};

void block_cache_release(struct block_cache *cache);

struct block {
	const int64_t *test_ids; /* of the cache */
	struct buf codes;        /* owned; one byte for each of them */
};

void block_release(struct block *block);

/*
 * Reads a row whose columns from `column` on are suite_id, results and pace_id. Replaces what the
 * block holds. ERR_HISTORY when it is damaged.
 */
int block_read(struct block *block, struct block_cache *cache, const struct stmt *row, int column,
	       struct err *err);

/* The same for whoever wants a few of the codes only: each is still a difference to that of its test in *pace,
 * which is borrowed from the cache; NULL: they are what they are. */
int block_read_told(struct block *block, struct block_cache *cache, const struct stmt *row,
		    int column, const struct pace **pace, struct err *err);

/* for each index i of a test in the block */
#define BLOCK_EACH(i, block) for (size_t i = 0; (i) < (block)->codes.len; (i)++)

#endif
