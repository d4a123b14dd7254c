/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_FAST_H
#define STEADY_JUNIT_FAST_H

#include "junit/echo.h"
#include "junit/fast_names.h"
#include "junit/fault.h"
#include "junit/skeleton.h"
#include "junit/swallow.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * The fast way to read a report: a strict scanner in the place of decoder, lexer and XML parser, for
 * plain files only. It tells the same events as they do (struct junit_markup) and decides nothing
 * about them. At the first thing of which it is not certain what the others would make it gives up:
 * then nothing that it told counts, and the file has to be read once more by them. So it must never
 * take what they refuse or mend; to give up is always right, only slower.
 *
 * Plain: UTF-8 of allowed characters; one root, around it nothing but blanks and comments; tags with
 * ASCII names, without namespaces and of moderate size; references to characters; CDATA and comments
 * in which nothing of a report begins. No DOCTYPE, no instruction but an XML declaration.
 */
#define JUNIT_FAST_DEPTH 64u

enum junit_fast_place { FAST_START, FAST_TEXT, FAST_CDATA };

struct junit_fast {
	const struct junit_markup *markup;
	void *payload;
	struct junit_faults *faults; /* of the events behind; there are none of our own */
	bool gave_up;
	enum junit_fast_place place;
	char *window;
	size_t len;
	size_t checked; /* of these, whole characters that XML allows */
	bool rooted;    /* the root element has begun */
	size_t depth;
	const struct junit_fast_name *open[JUNIT_FAST_DEPTH];
	struct junit_fast_names names;
	struct junit_fast_name *first;  /* the root */
	struct junit_fast_name **guess; /* where the last element remembers the next one */
	uint64_t tags;
	struct junit_echo *echo;      /* NULL, or borrowed */
	struct junit_swallow swallow; /* of CDATA */
	struct junit_attr attrs[JUNIT_FAST_ATTRIBUTES];
};

/* All but `fast` are borrowed. */
void junit_fast_init(struct junit_fast *fast, const struct junit_markup *markup, void *payload,
		     struct junit_faults *faults);

/* Bytes of the file, in pieces of any size. False: it has given up. */
bool junit_fast_feed(struct junit_fast *fast, const void *data, size_t len);

/* No more bytes come. False: it has given up; else all was told. */
bool junit_fast_end(struct junit_fast *fast);
void junit_fast_release(struct junit_fast *fast);

/* Takes one tag at the "<" that text begins with and tells it; text[len] is NUL. Returns what
 * stands behind it; NULL when it is not known what this is, or not all there. */
const char *junit_fast_tag(struct junit_fast *fast, const char *text, const char *end);

#endif
