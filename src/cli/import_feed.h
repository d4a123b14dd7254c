/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CLI_IMPORT_FEED_H
#define STEADY_CLI_IMPORT_FEED_H

#include "cli/import.h"

/* Where jobs come from: the lines of a manifest, or the words of the command line, which are one job. */
struct import_feed {
	struct place *place;
	const struct options *options;
	const struct strv *words;
	int64_t now_us;
	char *folder, *text; /* of the manifest; NULL */
	size_t len, at;
	size_t line;  /* the next one's number */
	size_t lines; /* that say something; of words 1 */
};

/* Reads the manifest, if there is one. Borrows place, options and words. */
int import_feed_open(struct import_feed *feed, struct place *place, const struct options *options,
		     const struct strv *words, struct err *err);
void import_feed_release(struct import_feed *feed);

/* 0 a job, 1 no more, -1 the options cannot be used. What is wrong with a line or a word stands in the
 * job, which the caller releases. */
int import_feed_next(struct import_feed *feed, struct import_job *job, struct err *err);

/* That job and those behind it come once more. */
void import_feed_rewind(struct import_feed *feed, size_t at, size_t line);

#endif
