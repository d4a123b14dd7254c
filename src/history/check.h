/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_CHECK_H
#define STEADY_HISTORY_CHECK_H

#include "history/care.h"
#include "history/db.h"

/* What the parts of history_check() share. Inside the room. */

/* Ids that follow one another. */
struct id_range {
	int64_t first, end;
};

struct check {
	struct db *db;
	const struct history_watch *watch;
	struct history_check *out;
	size_t done, total; /* steps, each about a block's worth of work */
	bool stopped;
	struct {
		VEC(struct id_range)
	} tests; /* whose names are on record, in rising order */
};

/* Notes a finding; table is NULL for the database as such. */
void check_note(struct check *check, const char *table, int64_t id, enum remedy remedy,
		const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* So many steps are done; -1 with ERR_CANCELLED when it is to stop. */
int check_step(struct check *check, size_t steps, struct err *err);

/* Behind a question that failed: 0 when its content is at fault, which is to be noted; else -1. */
int check_is_content(struct check *check, struct err *err);

/* Whether the names of that test are on record. */
bool check_knows_test(const struct check *check, int64_t id);

/* The parts, in this order. */
int check_tests(struct check *check, struct err *err);    /* names, their index, their days */
int check_lists(struct check *check, struct err *err);    /* suites, rosters, paces */
int check_failures(struct check *check, struct err *err); /* and the frames with their texts */
int check_results(struct check *check, struct err *err);  /* blocks and rows */
int check_rollups(struct check *check, struct err *err);

#endif
