/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_COURSE_H
#define STEADY_ANALYZE_COURSE_H

#include "analyze/flakes.h"

/*
 * The course of a test: what became of it in each run. Tests that broke together, and never failed otherwise, have
 * the same one, and so one judgement serves them all; only how they failed is their own. Inside the room.
 */
struct course {
	size_t test;
	size_t first, end;       /* of its observations */
	size_t odd;              /* runs in which it is looked at against its rosters (frame.h) */
	size_t judgement, count; /* its judgements, one a lane */
	uint64_t hash;
};

struct courses {
	struct course *slots; /* a hash table that is never full; count 0: empty */
	size_t cap;
};

void courses_make(size_t tests, struct courses *out);
void courses_release(struct courses *courses);

/* An earlier test with the course of that one, which is not looked up again; else where to keep that one: its
 * `count` is 0. NULL: too many are nearly the same. */
struct course *courses_find(struct courses *courses, const struct evidence *evidence,
			    const struct course *wanted);

#endif
