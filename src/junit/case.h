/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_CASE_H
#define STEADY_JUNIT_CASE_H

#include "junit/clip.h"
#include "junit/producer.h"
#include "junit/xml.h"
#include "model/result.h"

#include <stdbool.h>
#include <stdint.h>

/* What the elements inside a testcase say; a set. */
enum junit_mark {
	MARK_ERROR = 1 << 0,
	MARK_FAILURE = 1 << 1,
	MARK_SKIPPED = 1 << 2,
	MARK_FLAKY = 1 << 3, /* a try that failed before one that passed */
	MARK_RERUN = 1 << 4  /* a further failed try of a test that never passed */
};

/* The mark of an element by its name; 0 for an element that is none. */
unsigned junit_mark_of(const char *element);

/* Such an element while it is read. Owns its strings. Zero-initialise. */
struct junit_detail {
	unsigned mark;
	char *type;
	char *message;
	struct junit_clip text;
};

void junit_detail_open(struct junit_detail *detail, unsigned mark, const struct junit_attrs *attrs);
void junit_detail_release(struct junit_detail *detail);

/* A testcase while it is read. Owns everything. Zero-initialise. */
struct junit_case {
	struct test_name name;
	int64_t duration_us;
	enum outcome status; /* what its attributes say */
	unsigned marks;
	unsigned flaky_tries;
	struct failure *failure; /* the first one told; NULL none */
	char *skip_message;
};

void junit_case_open(struct junit_case *test, const struct junit_attrs *attrs,
		     enum junit_producer producer);

/* Adds what a detail said; empties the detail. */
void junit_case_add(struct junit_case *test, struct junit_detail *detail);

/* What its elements say, or its attributes where there are none. */
enum outcome junit_case_outcome(const struct junit_case *test);
void junit_case_release(struct junit_case *test);

/* A name bounded in length. What is cut is replaced by a digest of the whole, so that two long
 * names stay two. NULL gives NULL; the caller frees. */
char *junit_name_bound(const char *text);

#endif
