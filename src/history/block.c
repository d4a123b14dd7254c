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
	unsigned step;

	if (us == 0) {
		return 0;
	}
	octave = 63 - (unsigned)__builtin_clzll(us);
	us <<= 63 - octave;
	/* a straight line is never ahead of the curve, and at most two steps behind it */
	step = (unsigned)(us >> 60) & 7;
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

int block_write(const struct block_target *target, const struct suite *suite,
		const unsigned char *codes, struct err *err)
{
	CLEANUP(buf_release) struct buf packed = BUF_INIT(BUF_OWN_MAX);
	CLEANUP(pace_release) struct pace pace = {0};
	AUTO_FREE unsigned char *bytes = mem_array(suite->len, 1);
	struct stmt *insert = NULL;
	int64_t told = 0;

	if (pace_settle(target->db, target->run_id, suite, codes, &pace, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < suite->len; i++) {
		size_t at = suite->places ? suite->places[i] : i;

		told += codes[at] != BLOCK_ROW;
		bytes[at] = (unsigned char)(codes[at] - pace_code(&pace, suite->test_ids[i]));
	}
	pack_add(&packed, bytes, suite->len);
	insert = db_stmt(target->db, "insert_block");
	stmt_bind_int(insert, ":attempt", target->attempt_id);
	stmt_bind_int(insert, ":nth", target->nth);
	stmt_bind_int(insert, ":suite", suite->id);
	stmt_bind_int(insert, ":told", told);
	stmt_bind_blob(insert, ":results", &packed);
	stmt_bind_known(insert, ":pace", pace.id ? pace.id : -1);
	return stmt_run(insert, err);
}

void block_cache_release(struct block_cache *cache)
{
	suite_cache_release(&cache->suites);
	pace_release(&cache->pace);
}

void block_release(struct block *block)
{
	buf_release(&block->codes);
	block->test_ids = NULL;
}

static void add_pace(struct block *block, const struct pace *pace)
{
	BLOCK_EACH(i, block)
	{
		block->codes.data[i] = (char)((unsigned char)block->codes.data[i] +
					      pace_code(pace, block->test_ids[i]));
	}
}

int block_read_told(struct block *block, struct block_cache *cache, const struct stmt *row,
		    int column, const struct pace **pace, struct err *err)
{
	int64_t suite_id = stmt_col_int(row, column);
	const struct suite_ids *ids = NULL;

	block->codes.max = PACK_MAX;
	buf_clear(&block->codes);
	if (suite_cache_get(&cache->suites, suite_id, &ids, err) < 0) {
		return -1;
	}
	if (!stmt_col_unpack(row, column + 1, &block->codes) || block->codes.len != ids->len) {
		return db_damaged(cache->suites.db, err, "a block of list %" PRId64, suite_id);
	}
	block->test_ids = ids->items;
	*pace = NULL;
	if (stmt_col_is_null(row, column + 2)) {
		return 0;
	}
	*pace = &cache->pace;
	return pace_load(cache->suites.db, stmt_col_int(row, column + 2), &cache->pace, err);
}

int block_read(struct block *block, struct block_cache *cache, const struct stmt *row, int column,
	       struct err *err)
{
	const struct pace *pace = NULL;

	if (block_read_told(block, cache, row, column, &pace, err) < 0) {
		return -1;
	}
	if (pace) {
		add_pace(block, pace);
	}
	return 0;
}
