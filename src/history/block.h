/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_BLOCK_H
#define STEADY_HISTORY_BLOCK_H

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

/* Writes the block of that attempt: codes[i] is about the i-th test of the suite. */
int block_write(struct db *db, int64_t attempt_id, int64_t nth, const struct suite *suite,
		const unsigned char *codes, struct err *err);

struct block {
	const int64_t *test_ids; /* of the suite cache */
	struct buf codes;        /* owned; one byte for each of them */
};

void block_release(struct block *block);

/*
 * Reads a row whose columns from `column` on are suite_id and results. Replaces what the block
 * holds. ERR_HISTORY when it is damaged.
 */
int block_read(struct block *block, struct suite_cache *suites, const struct stmt *row, int column,
	       struct err *err);

/* for each index i of a test in the block */
#define BLOCK_EACH(i, block) for (size_t i = 0; (i) < (block)->codes.len; (i)++)

#endif
