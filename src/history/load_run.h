/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_LOAD_RUN_H
#define STEADY_HISTORY_LOAD_RUN_H

#include "history/db.h"
#include "model/run.h"

/* As history_load_run(), in the transaction of the caller; `whole`: with the names of all tests. */
int run_load(struct db *db, int64_t id, bool whole, struct run *out, struct err *err);

/*
 * All that is on record of a run, so that recording it elsewhere gives the same. The results of an attempt
 * stand in its first file; with no path and digest that is none, but a place for results whose file nobody
 * knows. The key is the one that it had before another run of that key came. The caller releases.
 */
int run_load_whole(struct db *db, int64_t id, struct run *out, struct err *err);

/* Adds the files of the attempt, without results, sorted by digest and path. */
int attempt_load_files(struct db *db, int64_t id, struct results_file_list *files, struct err *err);

#endif
