/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_LONGTAG_H
#define STEADY_JUNIT_LONGTAG_H

#include "base/buf.h"
#include "junit/limits.h"
#include "junit/tag.h"

#include <stdint.h>

/*
 * A tag too long to be kept in the window: writers put megabytes of output into `message`. It
 * comes in pieces; of each value the beginning is kept, with a note how much was left out and a
 * digest of that (two long names stay two). What remains is a tag of ordinary length. Bounded
 * memory, each byte is looked at once.
 */
#define JUNIT_TAG_MAX    (64 * JUNIT_KILOBYTE) /* a tag with more bytes than this is long */
#define JUNIT_VALUE_KEPT (8 * JUNIT_KILOBYTE)

/* Zero-initialise. */
struct junit_longtag {
	struct buf text; /* the tag so far */
	char quote;      /* of the value it is in; 0 outside */
	bool space;      /* the last byte outside of values was a space */
	size_t kept;     /* bytes of the value that are kept */
	size_t dropped;
	uint64_t digest; /* of the dropped ones */
	unsigned attributes;
	struct junit_place start;
	bool done; /* ">" was seen */
};

/* Starts with the "<" that the next bytes begin with. */
void junit_longtag_start(struct junit_longtag *tag, struct junit_place start);

/* Takes bytes up to the tag's end; returns how many. They are the window's from `offset` on. */
size_t junit_longtag_add(struct junit_longtag *tag, const char *text, size_t len,
			 struct junit_faults *faults, size_t offset);
void junit_longtag_release(struct junit_longtag *tag);

#endif
