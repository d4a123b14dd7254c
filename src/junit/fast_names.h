/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_FAST_NAMES_H
#define STEADY_JUNIT_FAST_NAMES_H

#include "junit/words.h"

#include <stddef.h>
#include <stdint.h>

/*
 * The names of elements and attributes in one file. A report says the same ones in the same order a
 * hundred thousand times, so each remembers what came behind it the last time.
 */
#define JUNIT_FAST_ATTRIBUTES 32u

struct junit_fast_name {
	char *text;
	size_t len;
	enum junit_word word;
	uint64_t tag;                 /* the last one that had such an attribute */
	struct junit_fast_name *next; /* the element that began behind one of that name */
	struct junit_fast_name *attrs[JUNIT_FAST_ATTRIBUTES]; /* that it had, in order */
};

#define JUNIT_FAST_NAMES 128u

/* Zero-initialise. Names stay where they are until the release. */
struct junit_fast_names {
	struct junit_fast_name *items[JUNIT_FAST_NAMES];
	size_t len;
};

/*
 * The name that text begins with; *guess is tried first, and set. It has to be followed by what can
 * follow a name, so that it is whole. NULL: it is not all there, or is none that is known to mean
 * nothing special: ASCII only, no namespaces, not too long, not too many.
 */
struct junit_fast_name *junit_fast_name(struct junit_fast_names *names,
					struct junit_fast_name **guess, const char *text,
					size_t len);

void junit_fast_names_release(struct junit_fast_names *names);

#endif
