/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_CLIP_H
#define STEADY_JUNIT_CLIP_H

#include "base/buf.h"

/*
 * A long text, of which the beginning and the end are kept: failures tell their cause in one of
 * the two. It arrives in pieces of any size; memory is bounded by a constant. Zero-initialise.
 */
struct junit_clip {
	struct buf head;
	struct buf tail;
	size_t total; /* bytes that came in */
};

#define JUNIT_CLIP_HEAD ((size_t)32 << 10)
#define JUNIT_CLIP_TAIL ((size_t)32 << 10)

void junit_clip_add(struct junit_clip *clip, const char *text, size_t len);

/*
 * The text without line breaks at its start and blanks at its end, with a line that says how many
 * bytes were left out in the middle, if any were; NULL when nothing but blanks came in. The caller
 * frees it; the clip is empty afterwards.
 */
char *junit_clip_take(struct junit_clip *clip);
void junit_clip_release(struct junit_clip *clip);

/* At most max bytes of text, whole characters only, with "…" where something was left out. */
char *junit_clip_line(const char *text, size_t max);

#endif
