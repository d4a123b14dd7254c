/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_FAILURE_PARTS_H
#define STEADY_FAILURE_PARTS_H

#include "base/buf.h"
#include "base/vec.h"
#include "model/result.h"

/*
 * A failure taken apart into lines with a place, because where words stand decides what they mean.
 * The strongest place first.
 */
enum text_place {
	PLACE_CAUSE, /* the last cause of a chain: what it all began with */
	PLACE_TYPE,  /* the exception's type as the report has it */
	PLACE_HEAD,  /* the line that the failure itself says */
	PLACE_BODY   /* any other line */
};

#define PLACE_COUNT 4

struct part {
	enum text_place place;
	const char *at; /* in the texts below, not terminated, blanks trimmed; never empty */
	size_t len;
};

struct parts {
	VEC(struct part)
	struct buf type, message, text;
	bool compares; /* the lines of a diff are among those left out */
};

/*
 * Left out are stack frames, source code, compilers' messages about it, names of tests, diffs,
 * lines logged in passing, and captured output. Of pytest's texts only its lines of errors ("E  ")
 * count. A log with nothing else counts with its lines that tell of errors. Texts are cut at
 * 256 KiB and lines at 2 KiB; the work is linear.
 */
void parts_split(const struct failure *failure, struct parts *out);
void parts_release(struct parts *parts);

#endif
