/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_RUN_COLLECT_H
#define STEADY_RUN_COLLECT_H

#include "base/map.h"
#include "junit/reader.h"
#include "model/run.h"
#include "os/file.h"

/* The files that match; what exists under that very name is meant literally. */
void collect_match(const struct strv *globs, struct strv *out);

/*
 * The freshness rule: of the files that match, only those whose content was written while an
 * attempt ran are its results. Take a snapshot before the attempt. A file is fresh when it is new
 * or its content changed against the snapshot, and neither its content (mtime) nor its entry (ctime)
 * is dated before the attempt's start, nor the content after the entry, which only a date set by
 * hand can be. So an old report that was merely renamed, linked, copied together with its date or
 * given other permissions meanwhile stays old; `touch` cannot be told from writing. Old files are
 * never read.
 */
struct snapshot {
	struct map index; /* path → item */
	struct {
		VEC(struct file_stamp)
	} stamps;
	int64_t start_ns; /* by the clock of local file systems, a tick after all that was there */
};

void snapshot_take(struct snapshot *snapshot, const struct strv *globs);
void snapshot_release(struct snapshot *snapshot);

/* The matching files that are fresh against the snapshot, sorted, a file of several names once;
 * *stale counts the others. */
void snapshot_fresh(const struct snapshot *before, const struct strv *globs, struct strv *out,
		    size_t *stale);

/*
 * Each glob is a promise: it must bring at least one fresh file that holds a test. Names the globs
 * of which the attempt read none, in one clause with the old files that matched; NULL when all
 * promises were kept. The caller frees.
 */
char *collect_unkept(const struct snapshot *before, const struct strv *globs,
		     const struct attempt *attempt);

/*
 * What lies in a folder that cannot be read nobody knows. One that the attempt wrote into counts as a
 * results file that is refused; of one that was so before a warning tells.
 */
void collect_unreadable(const struct snapshot *before, const struct strv *globs,
			struct attempt *attempt);

/* Reads one results file and fingerprints its failures; a bad file says so in its state. `reading`
 * may be NULL. */
void collect_file(const char *path, const struct junit_read_options *reading,
		  struct results_file *out);

/* Reads these files as the attempt's results and fingerprints the failures. */
void collect_results(struct attempt *attempt, const struct strv *paths,
		     const struct junit_read_options *reading);

#endif
