/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_CLIP_H
#define STEADY_JUNIT_CLIP_H

#include "base/buf.h"
#include "junit/limits.h"

/*
 * A long text, of which the beginning and the end are kept: failures tell their cause in one of
 * the two. It arrives in pieces of any size; memory is bounded by what is kept, and is used again
 * after junit_clip_clear(). Line breaks become "\n". Zero-initialise with JUNIT_CLIP_INIT.
 */
struct junit_clip {
	struct buf head;
	struct buf tail;
	size_t head_max, tail_max;
	size_t total;  /* bytes that came in */
	bool after_cr; /* the last one was a carriage return */
};

#define JUNIT_CLIP_INIT(first, last) \
	{ \
		.head_max = (first), .tail_max = (last) \
	}

#define JUNIT_CLIP_HEAD (32 * JUNIT_KILOBYTE)
#define JUNIT_CLIP_TAIL (32 * JUNIT_KILOBYTE)

void junit_clip_add(struct junit_clip *clip, const char *text, size_t len);

/*
 * The text without line breaks at its start and blanks at its end, with a line that says how many
 * bytes were left out in the middle, if any were; NULL when nothing but blanks came in. Borrowed
 * until the next call.
 */
const char *junit_clip_text(struct junit_clip *clip);
void junit_clip_clear(struct junit_clip *clip);
void junit_clip_release(struct junit_clip *clip);

/* The length without a last character of which bytes are missing. The text is UTF-8 up to there. */
size_t junit_clip_whole(const char *text, size_t len);

/* Cuts to at most max bytes, whole characters only, with "…" where something was left out. */
void junit_clip_line(struct buf *text, size_t max);

#endif
