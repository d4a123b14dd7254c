/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_MOVING_H
#define STEADY_HISTORY_MOVING_H

#include "history/block.h"
#include "history/id_map.h"
#include "history/test_page.h"

/*
 * What runs refer to, on its way from one history to another: by what it is called here, what it is
 * called there. Each thing is looked up or added when the first run needs it.
 */
struct moved_suite {
	int64_t id;
	struct suite order; /* its places: where each test of the list stands in the one there */
};

struct moved_failure {
	int64_t id, signature_id; /* 0 none */
};

struct moving {
	struct db *from, *to;
	int64_t *tests; /* by the id here; owned */
	size_t tests_len;
	struct {
		VEC(struct moved_suite)
	} suites;
	struct {
		VEC(struct moved_failure)
	} failures;
	struct {
		VEC(int64_t)
	} paces, rosters, frames;
	/* from ids here to indexes above, plus 1 */
	struct id_map suite_at, failure_at, pace_at, roster_at, frame_at;
	struct id_map named;      /* tests, by the id there, that have a name for people */
	struct test_page page;    /* there */
	struct block_cache cache; /* here */
};

/* All tests go over. The caller releases, also when it failed. */
int moving_begin(struct moving *moving, struct db *from, struct db *to, struct err *err);
void moving_release(struct moving *moving);

/* ERR_HISTORY when the id leads nowhere. */
int moving_test(const struct moving *moving, int64_t id, int64_t *to, struct err *err);

/* Each is borrowed until the next call. */
int moving_suite(struct moving *moving, int64_t id, const struct moved_suite **out,
		 struct err *err);
int moving_failure(struct moving *moving, int64_t id, const struct moved_failure **out,
		   struct err *err);

/* *to is 0 when blocks have to do without it there. */
int moving_pace(struct moving *moving, int64_t id, int64_t *to, struct err *err);
int moving_roster(struct moving *moving, int64_t id, int64_t *to, struct err *err);

#endif
