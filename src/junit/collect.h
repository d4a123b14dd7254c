/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_COLLECT_H
#define STEADY_JUNIT_COLLECT_H

#include "base/map.h"
#include "junit/case.h"
#include "model/results_file.h"

/*
 * Finished cases become results of the file: outcome, identity, copies of one name, errors that
 * belong to no test, and at the end the counters. Zero-initialise, set `file` (borrowed).
 */
struct junit_collect {
	struct results_file *file;
	struct map seen; /* id of the first of a name → index in `names` */
	struct {
		VEC(struct junit_seen)
	} names;
	size_t copies; /* results that got a number */
};

struct junit_seen {
	size_t result; /* index of the latest of that name */
	unsigned count;
};

/* Takes over the case's contents; the case is empty afterwards. */
void junit_collect_case(struct junit_collect *collect, struct junit_case *test,
			enum junit_producer producer);

/* An error that belongs to no test; the texts are borrowed and may be NULL. */
void junit_collect_suite_error(struct junit_collect *collect, const char *where, const char *what);

/* Fills in the counters of the file. */
void junit_collect_finish(struct junit_collect *collect);
void junit_collect_release(struct junit_collect *collect);

#endif
