/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_PACE_H
#define STEADY_HISTORY_PACE_H

#include "history/suite.h"

/*
 * How long tests usually take, as codes of block.h: what is told as a difference to it packs into
 * two thirds of the bytes. A pace is taken from what is on record, and never changes.
 */
struct pace {
	int64_t id;       /* 0: none, all codes are 0 */
	struct buf codes; /* owned; of the test with that id, from 1 on */
};

void pace_release(struct pace *pace);

/* 0 for a test it does not know. */
static inline unsigned char pace_code(const struct pace *pace, int64_t test_id)
{
	return test_id > 0 && (uint64_t)test_id <= pace->codes.len
		       ? (unsigned char)pace->codes.data[test_id - 1]
		       : 0;
}

/*
 * The pace to tell a block of that run by; codes[i] is about test_ids[i]. When too little is known of
 * these tests, or the last one is old, a new pace is taken. The caller releases.
 */
int pace_settle(struct db *db, int64_t run_id, const struct suite *suite,
		const unsigned char *codes, struct pace *out, struct err *err);

/* Reads that pace, unless *pace is it already. ERR_HISTORY when there is none, or it is damaged. */
int pace_load(struct db *db, int64_t id, struct pace *pace, struct err *err);

#endif
