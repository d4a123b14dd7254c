/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_SWALLOW_H
#define STEADY_JUNIT_SWALLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Whether a CDATA section, a comment or an instruction has swallowed a part of the report, because
 * its end got lost. The reading goes on at the next end of another one then, and what is between
 * would vanish without a trace.
 *
 * Tests print reports too, so tags of a report in a section mean nothing by themselves. But the file
 * stays well-formed only when the section ends in an element that is called like the one that it
 * began in, and opened in it: behind tags that close what was not opened there, or with another
 * section begun in it. A report that some test printed is either whole or cut, but not that.
 *
 * Works on the text as it comes, in pieces of any size, with what is open in a small stack.
 */
#define JUNIT_SWALLOW_DEPTH 32
#define JUNIT_SWALLOW_HEAD  48

enum junit_swallow_place { SWALLOW_TEXT, SWALLOW_HEAD, SWALLOW_TAG };

/* Zero-initialise. */
struct junit_swallow {
	bool used;      /* a "<" was seen */
	bool any;       /* a tag that reports are made of */
	bool test;      /* one that begins a test or a suite, or tells of a failure */
	bool named;     /* an open test or suite has attributes, so that nobody just speaks of it */
	bool section;   /* another CDATA section has begun, in an element that is open */
	bool comment;   /* another comment has begun */
	bool attribute; /* the tag has attributes */
	char quote;     /* of the value that is open; NUL none */
	char before;    /* the character before this one */
	enum junit_swallow_place place;
	char head[JUNIT_SWALLOW_HEAD]; /* "</name" */
	size_t head_len;
	uint64_t last;  /* the element that text stands in, by its last tag */
	uint64_t owner; /* the one of the section that has begun, and how much is open there */
	size_t owner_depth;
	uint64_t open[JUNIT_SWALLOW_DEPTH], closed[JUNIT_SWALLOW_DEPTH];
	size_t opened, unopened;
};

/* Another section begins. */
void junit_swallow_reset(struct junit_swallow *swallow);

/* The next text of the section, or of one that follows it in the same element. */
void junit_swallow_add(struct junit_swallow *swallow, const char *text, size_t len);

/* What comes next in the file is an end tag of that name; or what it was that ended: */
bool junit_swallow_by_cdata(const struct junit_swallow *swallow, const char *name, size_t len);
bool junit_swallow_by_comment(const struct junit_swallow *swallow);

#endif
