/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_COMPACT_H
#define STEADY_HISTORY_COMPACT_H

#include "history/care.h"
#include "history/db.h"
#include "history/id_map.h"

/* What the parts of history_compact() share. Inside the room. */

#define COMPACT_BATCH 200 /* runs, or frames, of a transaction */

struct compact {
	struct db *db;
	const struct keeping *keeping;
	const struct history_watch *watch;
	struct compacted *out;
	size_t done, total; /* runs and frames */
	bool stopped;
};

/* -1 with ERR_CANCELLED when it is to stop, which is safe between two transactions. */
int compact_step(struct compact *compact, size_t done, struct err *err);

/* Runs that started before that lose their results, or go. */
int compact_thin(struct compact *compact, int64_t before_us, struct err *err);
int compact_drop(struct compact *compact, int64_t before_us, struct err *err);

/* Failures that no run since then names lose their texts. */
int compact_texts(struct compact *compact, int64_t before_us, struct err *err);

/* Frames of which most is named by no failure any more are packed anew. */
int compact_frames(struct compact *compact, struct err *err);

/* Everything goes that nothing refers to. */
int compact_sweep(struct compact *compact, struct err *err);

/* Tests that nobody names, by the page; inside the transaction of the sweep. */
int compact_tests(struct compact *compact, struct err *err);

/* Gives the disk back what is unused; *why (the caller frees) when that could not be. */
int compact_shrink(struct compact *compact, char **why, struct err *err);

/* What rollups of thinned runs since then refer to: nothing else knows of it. */
struct thinned_refs {
	struct id_map failures, signatures;
};

int thinned_refs_read(struct db *db, int64_t since_us, struct thinned_refs *out, struct err *err);
void thinned_refs_release(struct thinned_refs *refs);

/* Of the file and its log. */
int64_t compact_size_on_disk(const char *path);

/* How much of the database is in use, in bytes. */
int compact_used(struct db *db, int64_t *bytes, struct err *err);

#endif
