/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_COURSE_H
#define STEADY_ANALYZE_COURSE_H

#include "model/evidence.h"

/*
 * The course of a test: what became of it in each run. Tests that broke together, and never failed otherwise, have
 * the same one, and so one judgement serves them all; only how they failed is their own. Inside the room.
 */
struct course {
	size_t test;
	size_t first, end; /* of its observations */
	size_t odd;        /* runs in which it is looked at against its rosters (frame.h) */
	uint64_t hash;     /* course_hash() */
};

struct course_slot {
	const struct course *course; /* borrowed; NULL: empty */
	size_t number;
};

struct courses {
	struct course_slot *slots; /* a hash table that is never full */
	size_t cap;
};

/* The same for the same course, and seldom for others. */
uint64_t course_hash(const struct evidence *evidence, const struct course *course);

void courses_make(size_t tests, struct courses *out);
void courses_release(struct courses *courses);

/* The number of the first test with that course, which may be this one, whose number is given: the course is borrowed then.
 * Where too many are nearly the same, it is its own. */
size_t courses_find(struct courses *courses, const struct evidence *evidence,
		    const struct course *wanted, size_t number);

#endif
