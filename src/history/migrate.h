/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_MIGRATE_H
#define STEADY_HISTORY_MIGRATE_H

#include "history/db.h"

/*
 * From any older version to this build's. steps[n] leads from user_version n to n + 1; the first
 * schema is step 0. Each step is one transaction, which also sets the version, so that a process
 * that dies in between leaves a database of one version or the other. Several processes may try at
 * once: the write lock lets one do the work.
 */
struct migrate_step {
	const char *script;
	int (*work)(struct db *db, struct err *err); /* what SQL cannot say, after it; NULL: none */
};

struct migrate_plan {
	const struct migrate_step *steps;
	int len;
};

extern const struct migrate_plan migrate_schema;

/* Of step 1 -> 2: the tests into pages, with new identities; the table `test` goes. */
int migrate_tests(struct db *db, struct err *err);

/* Of step 4 -> 5: failures into frames, results to the new table, and the rollups of all runs. */
int migrate_rollups(struct db *db, struct err *err);

/*
 * Before the first step from a version other than 0 a copy is put next to the file:
 * "<file>.schema-<version>.backup", mode 0600.
 */
int migrate_run(struct db *db, const char *file, const struct migrate_plan *plan, struct err *err);

#endif
