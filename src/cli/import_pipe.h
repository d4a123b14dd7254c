/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CLI_IMPORT_PIPE_H
#define STEADY_CLI_IMPORT_PIPE_H

#include "cli/import_feed.h"
#include "run/crew.h"

/*
 * Jobs come out in the order in which they are fed, each when its files were read; those of the next ones are
 * read ahead, so much that all readers are busy and no more. How many readers there are shows in nothing
 * but the time it takes.
 */
struct import_entry {
	struct import_job job;
	struct results_file_list known; /* of the attempt, when the job was fed */
	struct crew_task *tasks;        /* of each file */
	uint64_t bytes;                 /* of all files */
	struct import_entry *next;
};

void import_entry_free(struct import_entry *entry);

struct import_pipe {
	struct import_feed *feed;
	struct crew *crew;
	struct history *const *history; /* *history NULL: nothing is known */
	size_t readers;
	struct import_entry *first, **last;
	size_t files;   /* that wait in it */
	uint64_t bytes; /* of those */
	uint64_t fed;   /* bytes of all that ever were in it */
	bool ended;
};

void import_pipe_start(struct import_pipe *pipe);

/* 0 a job that was read, 1 no more or stopped, -1. The caller frees *out. */
int import_pipe_next(struct import_pipe *pipe, struct import_entry **out, struct err *err);

/* What is read ahead is forgotten. */
void import_pipe_drop(struct import_pipe *pipe);

/* That entry and all behind it will come once more. */
void import_pipe_rewind(struct import_pipe *pipe, size_t at, size_t line);

#endif
