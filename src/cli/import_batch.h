/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CLI_IMPORT_BATCH_H
#define STEADY_CLI_IMPORT_BATCH_H

#include "cli/import_pipe.h"
#include "cli/import_told.h"

struct import_sums {
	size_t jobs, files, unusable, known, results, failed;
	bool refused; /* some input could not be used: exit 65 at the end */
};

/*
 * Several jobs become one transaction, because a commit waits for the disk. A job that cannot be used takes no
 * other with it; what became of each is told once it is on the disk.
 */
struct import_batch {
	struct place place;
	const struct options *options;
	struct history *history; /* NULL with --dry-run */
	bool json, faults_only;  /* struct file_account */
	struct import_sums sums; /* with what is in the batch */
	/* The rest is its own. */
	struct import_sums settled;
	struct told_list told;
	bool begun;                  /* something was taken */
	size_t first_at, first_line; /* where that stands */
	size_t runs;                 /* in the transaction */
	int64_t held_us;             /* since when there is one; 0 there is none */
	bool renewed;                /* the history, and nothing was recorded since */
};

void import_batch_release(struct import_batch *batch);

/* Takes the results out of the entry. -1 when the history cannot be used. */
int import_batch_take(struct import_batch *batch, struct import_entry *entry, struct err *err);

/* Others have waited long enough, or so many bytes are to be read first. */
bool import_batch_is_due(const struct import_batch *batch, uint64_t bytes);

/* What was taken is on the disk, and told. */
int import_batch_settle(struct import_batch *batch, struct err *err);

/* Nothing of what was taken since the last time counts. True when the history could be opened anew after that
 * error: then all of it has to come again, from the place first_at, first_line on. */
bool import_batch_renew(struct import_batch *batch, const struct err *why);

#endif
