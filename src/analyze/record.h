/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_RECORD_H
#define STEADY_ANALYZE_RECORD_H

#include "analyze/nature.h"
#include "base/vec.h"

#include <stdint.h>

/*
 * The record of a test as the forward algorithm of nature.c takes it: with what only passed behind a pass counted and left
 * out. Inside the room.
 */

/* What a spot, and those behind it that only passed, look like. Many look alike. */
struct shape {
	size_t failed, passed; /* of the spot's tries */
	size_t clean_runs;     /* of the last one behind it; 0: there is none */
};

struct stretch {
	size_t shape;
	bool first; /* of its line */
};

/* Stretches up to one that only passed, which most often makes forget what was in front of it. Long records consist of
 * few different ones. */
struct piece {
	size_t first, end; /* where it comes for the first time */
	size_t before; /* the shape in front of it, when that settles the ratio; else NO_SHAPE */
	uint64_t hash;
};

#define NO_SHAPE SIZE_MAX

struct record {
	struct {
		VEC(struct stretch)
	} stretches;
	struct {
		VEC(struct shape)
	} shapes;
	struct {
		VEC(struct piece)
	} pieces; /* different ones */
	struct {
		VEC(size_t)
	} order;               /* pieces, as they come */
	size_t failed, passed; /* tries of all */
	size_t clean;          /* spots that are left out */
	const double *rest; /* what lines say that are left out, by explanation; NULL: none are */
};

/* Of spots line by line. *out is zeroed, but for what lies outside. */
void record_make(const struct spot *spots, size_t count, struct record *out);
void record_release(struct record *record);

#endif
