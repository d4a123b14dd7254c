/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_ANNOTATIONS_H
#define STEADY_REPORT_ANNOTATIONS_H

#include "report/spot.h"
#include "report/summary.h"

/* GitHub keeps ten of each kind a step; others may want some. */
#define ANNOTATIONS_MAX 8

/* The longest message; GitHub cuts at 4096. */
#define ANNOTATION_WIDTH 1000

struct annotations_input {
	struct summary_input summary;
	spot_locate_fn *locate;
	void *payload;
};

/*
 * Appends workflow commands of GitHub Actions, a line each: an error for each test that stays failed, a warning
 * for each flaky one, those of which least is known first, and one notice that sums up. At most ANNOTATIONS_MAX of
 * a kind. Nothing for a run in which nothing went wrong.
 */
void annotations_github(const struct annotations_input *input, struct buf *out);

/* Text as the value of a property of such a command ("file", "title"), and as its message. */
void annotation_property(struct buf *out, const char *text);
void annotation_message(struct buf *out, const char *text);

#endif
