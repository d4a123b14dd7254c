/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CLI_IMPORT_H
#define STEADY_CLI_IMPORT_H

#include "cli/place.h"

/*
 * One attempt to import: what is known about it and its files. The command line gives one, a
 * manifest one a line.
 */
struct import_job {
	struct run run; /* key "" until known; the single attempt has its number */
	struct strv files;
	struct strv warnings, faults; /* for people; with a fault something of it cannot be used */
	size_t line;                  /* of the manifest; else 1 */
	size_t at;                    /* for import_feed_rewind() */
};

void import_job_release(struct import_job *job);

/* The key of a run without an id: it is its files, whatever their order. Sorts the digests. */
void import_key(struct strv *digests, struct run *run);

/* Files, folders (their *.xml and *.xml.gz) and globs; what exists is taken literally. The error
 * names the argument that matches nothing. */
int import_find_files(const char *argument, struct import_job *out, struct err *err);

/* From the flags of `steady import`. */
int import_from_options(const struct options *options, int64_t now_us, struct import_job *out,
			struct err *err);

/* From one line of a manifest; file paths are relative to folder. */
int import_from_line(const char *line, size_t len, const char *folder, int64_t now_us,
		     struct import_job *out, struct err *err);

#endif
