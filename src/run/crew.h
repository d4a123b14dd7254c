/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_RUN_CREW_H
#define STEADY_RUN_CREW_H

#include "junit/reader.h"
#include "model/run.h"

#include <stdatomic.h>

/*
 * Many results files read at the same time, each as collect_file() reads one. Threads read what was added, in
 * the order in which it was added; whoever waits for a file reads meanwhile as well. What is read is
 * bounded by who adds.
 */
struct crew;

/* Told now and then in the thread that made the crew, while it waits or reads; false: stop reading. */
struct crew_watch {
	bool (*tell)(void *payload);
	void *payload;
};

struct crew_task {
	const char *path; /* borrowed */
	/* Borrowed, sorted by digest; may be NULL. A file with the digest of one of these is not read. */
	const struct results_file_list *known;
	struct results_file
		file; /* what came of it; the caller releases. One that is known has no results */
	bool is_known;
	/* The crew's own. */
	struct crew *crew;
	struct crew_task *next;
	uint64_t told; /* bytes */
	bool done;
};

/* So many read at the same time, the caller among them: with 1 there is no thread. Borrows both. */
struct crew *crew_new(unsigned readers, const struct junit_read_options *reading,
		      const struct crew_watch *watch);

/* Waits for those who are reading, who stop as soon as they can. */
void crew_free(struct crew *crew);

/* Borrowed until it was waited for, or the crew is freed. */
void crew_add(struct crew *crew, struct crew_task *task);

/* False when the reading was stopped before the task was done. */
bool crew_wait(struct crew *crew, struct crew_task *task);

/* Nothing that was added is begun any more, and what is being read is given up; returns when nothing is.
 * Afterwards the crew can be used again. */
void crew_drop(struct crew *crew);

/* How much was read so far, that of known files too. */
uint64_t crew_bytes(const struct crew *crew);
size_t crew_files(const struct crew *crew);

#endif
