/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_CLEAN_LINES_H
#define STEADY_ANALYZE_CLEAN_LINES_H

#include "analyze/nature.h"
#include "base/vec.h"

/*
 * Lines of development without a failure, summed up once for many tests: what such a line says depends on no more than
 * how often the test ran at its first spot and at its last one. Inside the room.
 */
struct clean_line {
	size_t first, end; /* of its spots */
	size_t runs;
	size_t shape;
};

struct clean_shape {
	size_t first_runs;
	size_t last_runs; /* 0: the line has one spot */
	double weight[EXPLANATIONS];
};

struct clean_lines {
	struct {
		VEC(struct clean_line)
	} lines;
	struct {
		VEC(struct clean_shape)
	} shapes;
	struct clean_rest all;
};

/* Of spots that only passed, line by line. *out is zeroed. */
void clean_lines_make(const struct kinds *kinds, const struct spot *spots, size_t count,
		      struct clean_lines *out);
void clean_lines_release(struct clean_lines *lines);

/* Takes that line out of the rest, because the test failed on it. */
void clean_rest_drop(const struct clean_lines *lines, size_t line, struct clean_rest *rest);

#endif
