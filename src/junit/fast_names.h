/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_FAST_NAMES_H
#define STEADY_JUNIT_FAST_NAMES_H

#include "junit/words.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * The names of elements and attributes in one file. A report says the same ones in the same order a
 * hundred thousand times, so each remembers what came behind it the last time.
 */
#define JUNIT_FAST_ATTRIBUTES 32u

struct junit_fast_name {
	char *text;
	size_t len;
	uint64_t head, mask; /* its first bytes, and which of them there are */
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

/* Bytes behind a text that may be looked at. */
#define JUNIT_FAST_BEHIND sizeof(uint64_t)

/* What stands behind the name of an element, or of an attribute. */
static inline bool junit_fast_ends_name(char c)
{
	return c == '=' || c == '>' || c == ' ' || c == '/' || c == '\n' || c == '\t' || c == '\r';
}

/* Whether text begins with the name and its end. The first eight bytes are compared at once; most
 * names have no more. */
static inline bool junit_fast_is(const struct junit_fast_name *name, const char *text, size_t len)
{
	uint64_t head = 0;

	if (name->len >= len) {
		return false;
	}
	memcpy(&head, text, sizeof(head));
	if (((head ^ name->head) & name->mask) != 0 || !junit_fast_ends_name(text[name->len])) {
		return false;
	}
	return name->len <= sizeof(head) || memcmp(name->text + sizeof(head), text + sizeof(head),
						   name->len - sizeof(head)) == 0;
}

/*
 * The name that text begins with, and its end. NULL: it is not all there, or is none that is known to
 * mean nothing special: ASCII only, no namespaces, not too long, not too many.
 */
struct junit_fast_name *junit_fast_find(struct junit_fast_names *names, const char *text,
					size_t len);

/* The same; *guess is tried first, and set. */
static inline struct junit_fast_name *junit_fast_name(struct junit_fast_names *names,
						      struct junit_fast_name **guess,
						      const char *text, size_t len)
{
	if (!*guess || !junit_fast_is(*guess, text, len)) {
		*guess = junit_fast_find(names, text, len);
	}
	return *guess;
}

void junit_fast_names_release(struct junit_fast_names *names);

#endif
