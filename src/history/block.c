/* SPDX-License-Identifier: Apache-2.0 */
#include "history/block.h"

#include "history/pack.h"

#include <inttypes.h>

#define STEPS    8   /* an octave */
#define CODE_MAX 252 /* of a known duration */

/* 2^63 times 2^(k/8), and where one step gives way to the next: 2^63 times 2^((k+1/2)/8). */
static const uint64_t steps[STEPS] = {
	UINT64_C(0x8000000000000000), UINT64_C(0x8b95c1e3ea8bd6e7), UINT64_C(0x9837f0518db8a96f),
	UINT64_C(0xa5fed6a9b15138ea), UINT64_C(0xb504f333f9de6484), UINT64_C(0xc5672a115506dadd),
	UINT64_C(0xd744fccad69d6af4), UINT64_C(0xeac0c6e7dd24392f),
};
static const uint64_t borders[STEPS] = {
	UINT64_C(0x85aac367cc487b15), UINT64_C(0x91c3d373ab11c336), UINT64_C(0x9ef5326091a111ae),
	UINT64_C(0xad583eea42a14ac6), UINT64_C(0xbd08a39f580c36bf), UINT64_C(0xce248c151f8480e4),
	UINT64_C(0xe0ccdeec2a94e111), UINT64_C(0xf5257d152486cc2c),
};

/* 1 + 8 log2 of it, rounded; 0 for nothing; more than CODE_MAX when it is too long. */
static unsigned duration_code(uint64_t us)
{
	unsigned octave;
	unsigned step = 0;

	if (us == 0) {
		return 0;
	}
	octave = 63 - (unsigned)__builtin_clzll(us);
	us <<= 63 - octave;
	while (step < STEPS && us >= borders[step]) {
		step++;
	}
	return 1 + octave * STEPS + step;
}

unsigned char block_code(const struct result *result)
{
	unsigned code;

	if (outcome_is_bad(result->outcome) || result->failed_tries > 0 || result->failure) {
		return BLOCK_ROW;
	}
	if (result->outcome == OUTCOME_SKIPPED) {
		return BLOCK_SKIPPED;
	}
	if (result->duration_us < 0) {
		return BLOCK_UNTIMED;
	}
	code = duration_code((uint64_t)result->duration_us);
	return code <= CODE_MAX ? (unsigned char)code : BLOCK_ROW;
}

int64_t block_duration_us(unsigned char code)
{
	unsigned octave = (code - 1U) / STEPS;

	if (code > CODE_MAX) {
		return -1;
	}
	/* Twice the value first, to round it. */
	return code == 0 ? 0 : (int64_t)(((steps[(code - 1U) % STEPS] >> (62 - octave)) + 1) / 2);
}

enum outcome block_outcome(unsigned char code)
{
	return code == BLOCK_SKIPPED ? OUTCOME_SKIPPED : OUTCOME_PASSED;
}

int block_write(struct db *db, int64_t attempt_id, int64_t nth, const struct suite *suite,
		const unsigned char *codes, struct err *err)
{
	CLEANUP(buf_release) struct buf packed = BUF_INIT(BUF_OWN_MAX);
	struct stmt *insert = db_stmt(db, "insert_block");
	int64_t told = 0;

	for (size_t i = 0; i < suite->len; i++) {
		told += codes[i] != BLOCK_ROW;
	}
	pack_add(&packed, codes, suite->len);
	stmt_bind_int(insert, ":attempt", attempt_id);
	stmt_bind_int(insert, ":nth", nth);
	stmt_bind_int(insert, ":suite", suite->id);
	stmt_bind_int(insert, ":told", told);
	stmt_bind_blob(insert, ":results", &packed);
	return stmt_run(insert, err);
}

void block_release(struct block *block)
{
	buf_release(&block->codes);
	block->test_ids = NULL;
}

int block_read(struct block *block, struct suite_cache *suites, const struct stmt *row, int column,
	       struct err *err)
{
	int64_t suite_id = stmt_col_int(row, column);
	const struct suite_ids *ids = NULL;

	block->codes.max = PACK_MAX;
	buf_clear(&block->codes);
	if (suite_cache_get(suites, suite_id, &ids, err) < 0) {
		return -1;
	}
	if (!stmt_col_unpack(row, column + 1, &block->codes) || block->codes.len != ids->len) {
		return db_damaged(suites->db, err, "a block of list %" PRId64, suite_id);
	}
	block->test_ids = ids->items;
	return 0;
}
