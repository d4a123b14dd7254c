/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_CARE_H
#define STEADY_HISTORY_CARE_H

#include "history/history.h"

/*
 * Looking after a history: what is in it and what takes how much space, whether it is sound, and how
 * it is kept small.
 */

/* What its bytes are used for. */
enum space_kind {
	SPACE_PASSES,
	SPACE_FAILURES,
	SPACE_TEXTS,
	SPACE_ROLLUPS,
	SPACE_TESTS,
	SPACE_WAITS,
	SPACE_RUNS,
	SPACE_INDEXES,
	SPACE_FREE,
	SPACE_REST,
	SPACE_KINDS
};

struct job_contents {
	char *job;
	int64_t runs, results;
	int64_t failed; /* runs that ended neither passed nor flaky, and were not cancelled */
	int64_t first_us, last_us; /* when its runs started, wall */
};

struct history_contents {
	int schema;
	int64_t bytes, log_bytes; /* of the file, and of the log beside it */
	int64_t runs, results, tests, waits;
	int64_t thinned; /* runs whose results were dropped; their results are counted all the same */
	int64_t failures, texts;   /* different ones, and how many of them still have their texts */
	int64_t first_us, last_us; /* when the oldest and the newest run started, wall; 0 none */
	int64_t space[SPACE_KINDS]; /* bytes of the database; together all of it */
	bool measured; /* page by page; else by lengths, so that indexes are part of the rest */
	struct {
		VEC(struct job_contents) /* by name */
	} jobs;
};

/* The caller releases *out, also when it failed. */
int history_contents(struct history *history, struct history_contents *out, struct err *err);
void history_contents_release(struct history_contents *contents);

#endif
