/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_TAG_H
#define STEADY_JUNIT_TAG_H

#include "junit/fault.h"

/*
 * One tag, cut into its names and values. Most are well-formed, and junit_tag_scan() takes them at
 * the cost of a look at each byte. junit_tag_mend() takes others as they were meant: "&" and "<" in
 * a value, quotes inside it, a missing space behind it. Where a value has swallowed what looks like
 * an element of a report, nothing is mended: better a broken file than a lost test.
 */
#define JUNIT_ATTRIBUTE_MAX 256u

/* A value as it stands in the file: with its references. */
struct junit_value {
	const char *text;
	size_t len;
};

struct junit_tag_attr {
	const char *name;
	size_t name_len;
	struct junit_value value;
};

enum junit_tag_kind {
	TAG_WHOLE,
	TAG_PARTIAL, /* more bytes are needed */
	TAG_ODD      /* scan: to be mended; mend: hopeless */
};

/* Points into the text that was scanned. Reused for each tag. */
struct junit_tag {
	enum junit_tag_kind kind;
	size_t len;   /* of a whole one, from "<" to ">" */
	bool closing; /* "</a>" */
	bool empty;   /* "<a/>" */
	const char *name;
	size_t name_len;
	size_t attributes; /* all of them; `attrs` holds JUNIT_ATTRIBUTE_MAX at most */
	struct junit_tag_attr attrs[JUNIT_ATTRIBUTE_MAX];
};

/* text begins with "<"; what comes behind len is not known yet, and text[len] is NUL. */
void junit_tag_scan(struct junit_tag *tag, const char *text, size_t len);

/* Repairs are noted in faults; text is the window's byte at `offset`. With `last` nothing comes
 * behind it. */
struct junit_tag_text {
	const char *text;
	size_t len;
	bool last;
	size_t offset;
};

void junit_tag_mend(struct junit_tag *tag, const struct junit_tag_text *text,
		    struct junit_faults *faults);

/* Whether the "<" at text begins a tag that reports are made of: it is missing where it is hidden
 * in something else. */
bool junit_tag_is_structural(const char *text, size_t len);

/* Bytes that may be part of a name, and those that may begin one. */
bool junit_is_name(char c);
bool junit_is_name_start(char c);

/* How far behind its end a tag may have to be looked at to be understood. */
#define JUNIT_TAG_AHEAD ((size_t)256)

#endif
