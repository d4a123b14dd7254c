/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_STRIP_H
#define STEADY_ANALYZE_STRIP_H

#include "analyze/flakes.h"

/*
 * The run strip of a test: what became of it in each run of its job and variant, in time order. Runs that are no
 * evidence (cancelled, never started) have no cell. Pure.
 */
enum strip_mark {
	STRIP_ABSENT, /* the run did not run it */
	STRIP_PASSED,
	STRIP_FLAKY, /* failed, and passed on a verified retry */
	STRIP_FAILED,
	STRIP_APART, /* failed with a service that was down, or with many others at once */
	STRIP_COUNT
};

/* One letter each, for files: "-.RFi". */
char strip_letter(enum strip_mark mark);

struct strip_cell {
	size_t run; /* index into evidence->runs */
	enum strip_mark mark;
};

struct strip {
	VEC(struct strip_cell)
};

/* Makes strips of many tests: knows the jobs and their variants. */
struct strip_maker {
	const struct evidence *evidence;
	const bool *left_out; /* of each run */
	struct {
		VEC(size_t)
	} lanes;      /* jobs and their variants: of each its first run */
	size_t *lane; /* of each run, an index into lanes; NO_INDEX: the run is no evidence */
};

void strip_maker_init(const struct evidence *evidence, const bool *left_out,
		      struct strip_maker *out);
void strip_maker_release(struct strip_maker *maker);

/* The lane of a test; lanes.len: it has no run. */
size_t strip_lane(const struct strip_maker *maker, const struct test_judgement *test);

/* Takes time in the order of the runs. The caller frees *out with VEC_FREE(); what it held is dropped. */
void strip_make(const struct strip_maker *maker, const struct test_judgement *test,
		struct strip *out);

#endif
