/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/course.h"

#include <stdlib.h>

/* Tests that failed alike and differ in where they passed: each is compared with no more than that. */
#define TRIES_MOST 16

void courses_make(size_t tests, struct courses *out)
{
	out->cap = 4;
	while (out->cap < 2 * tests) {
		out->cap *= 2;
	}
	out->slots = mem_array(out->cap, sizeof(*out->slots));
}

void courses_release(struct courses *courses)
{
	free(courses->slots);
	*courses = (struct courses){0};
}

/* All that an observation says of the course, but for its run. */
static unsigned face(const struct observation *seen)
{
	return (unsigned)seen->first << 4 | (unsigned)seen->passed_retry << 3 |
	       (unsigned)seen->failed_again << 2 | (unsigned)seen->service_down << 1 |
	       (unsigned)seen->failed_then_passed;
}

uint64_t course_hash(const struct evidence *evidence, const struct course *course)
{
	const struct observation *all = evidence->observations.items;
	uint64_t hash = course->end - course->first;

	for (size_t i = course->first; i < course->end; i++) {
		hash = (hash ^ (all[i].run << 8 | face(&all[i]))) * 0x9e3779b97f4a7c15U;
		hash ^= hash >> 32;
	}
	return hash;
}

static bool same(const struct evidence *evidence, const struct course *a, const struct course *b)
{
	const struct observation *left = evidence->observations.items + a->first;
	const struct observation *right = evidence->observations.items + b->first;

	if (a->hash != b->hash || a->end - a->first != b->end - b->first) {
		return false;
	}
	for (size_t i = 0; i < a->end - a->first; i++) {
		if (left[i].run != right[i].run || face(&left[i]) != face(&right[i])) {
			return false;
		}
	}
	return evidence_ran_alike(evidence, a->test, b->test);
}

size_t courses_find(struct courses *courses, const struct evidence *evidence,
		    const struct course *wanted, size_t number)
{
	for (size_t i = 0; i < TRIES_MOST; i++) {
		struct course_slot *slot = &courses->slots[(wanted->hash + i) & (courses->cap - 1)];

		if (!slot->course) {
			*slot = (struct course_slot){wanted, number};
			return number;
		}
		if (same(evidence, slot->course, wanted)) {
			return slot->number;
		}
	}
	return number;
}
