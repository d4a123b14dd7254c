/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_TIMELINE_H
#define STEADY_ANALYZE_TIMELINE_H

#include "base/vec.h"
#include "model/evidence.h"

#define NO_INDEX SIZE_MAX

/*
 * The commits of a window on one line: each behind all it comes from, as far as parents are known, and
 * else in the order of time. A *position* is one content on that line: commits that follow one another
 * with the same tree (the head of a pull request and its merge) share it. Content that nobody can name,
 * or that was changed, has a position of its own for each run. Pure.
 */
struct timeline_commit {
	const char *id;  /* borrowed; NULL: content without a commit */
	size_t position; /* NO_INDEX: nobody ran it */
	size_t run;      /* its first one in time; NO_INDEX */
};

struct timeline {
	struct {
		VEC(struct timeline_commit)
	} commits;        /* in order */
	size_t *position; /* of each run */
	size_t *first;    /* of each position: its first commit, an index into commits */
	size_t *parent_end; /* of each commit: where its parents end in `parents`, and the next one's begin */
	size_t *parents; /* indexes into commits */
	size_t positions;
	size_t unplaced; /* runs of commits of which only the time told the place */
};

/* Borrows from the evidence. Takes time in the order of the commits, plus sorting. */
void timeline_make(const struct evidence *evidence, struct timeline *out);
void timeline_release(struct timeline *timeline);

/* The oldest commit behind position `after` (NO_INDEX: behind nothing) and the newest at `position`: what
 * changed between them is in these commits, both included, as far as `position` comes from them. NULL where
 * none has a name. */
struct commit_span {
	const char *low, *high;
	size_t first, last; /* indexes into commits */
	size_t count;       /* of suspects */
	bool *suspects;     /* of all commits of the timeline; owned */
};

void commit_span_release(struct commit_span *span);

bool timeline_span(const struct timeline *timeline, size_t after, size_t position,
		   struct commit_span *out);

/* Marks the commits that a position comes from, itself among them. False when nobody knows its parents. */
bool timeline_mark_ancestors(const struct timeline *timeline, size_t position, bool *marks);

/* The same of positions: one of their commits is enough. */
bool timeline_mark_positions(const struct timeline *timeline, size_t position, bool *marks);

#endif
