/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_RECORD_H
#define STEADY_HISTORY_RECORD_H

#include "history/db.h"
#include "model/run.h"

/* Writes rows inside the transaction of the caller. `*_id` are row ids. */

/* A whole `steady run`. */
int record_run(struct db *db, const struct run *run, struct err *err);

/* The row of the run alone, and its commit's parents. */
int record_run_row(struct db *db, const struct run *run, int64_t *run_id, struct err *err);

/* The row of the attempt alone. */
int record_attempt_row(struct db *db, int64_t run_id, const struct attempt *attempt,
		       int64_t *attempt_id, struct err *err);

/* The row of the file alone. */
int record_file_row(struct db *db, int64_t attempt_id, const struct results_file *file,
		    struct err *err);

int record_strays(struct db *db, int64_t run_id, const struct stray_list *strays, struct err *err);

/* Adds what an imported run that was loaded whole says beyond the one that is there (import.c). */
int import_join(struct db *db, int64_t run_id, const struct run *run, struct err *err);

/* What a run is found by: :key, :job and :variant. */
void record_bind_run_name(struct stmt *stmt, const struct run *run);

/* The parts of the source, by the parameter names that insert_run and fill_run share. */
void record_bind_source(struct stmt *stmt, const struct source *source);

int record_parents(struct db *db, const struct source *source, struct err *err);

/* The command as the history stores it: a JSON list. The caller frees. */
char *record_command(const struct strv *command);

#endif
