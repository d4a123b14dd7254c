/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_SKELETON_H
#define STEADY_JUNIT_SKELETON_H

#include "junit/fault.h"
#include "junit/tag.h"
#include "junit/words.h"

/*
 * The third stage: libxml2's push parser gets the tags, with their attributes' names where it has
 * not judged the same ones before (shape.h), and judges whether they fit together. Text and values
 * wait in a queue beside it; before the parser tells of a tag, what stands in the file before that
 * tag is handed on. All stands in one synthetic element, so that several roots, or text around
 * them, are nothing special. No entity, DTD or file is ever seen by the parser. Refused: elements
 * nested too deep, too many different names.
 */
struct junit_element {
	enum junit_word word;
	const char *name; /* without its prefix */
	const char *uri;  /* of its namespace; NULL none */
	struct junit_attrs attrs;
};

struct junit_markup {
	/* An element begins; all is borrowed for the call. */
	void (*open)(void *payload, const struct junit_element *element);
	void (*close)(void *payload);
	void (*text)(void *payload, const char *text, size_t len);
};

#define JUNIT_DEPTH_MAX 1000u
#define JUNIT_NAMES_MAX 1000

struct junit_skeleton;

/* markup and faults are borrowed; faults->here tells the calls where in the window they are. */
struct junit_skeleton *junit_skeleton_new(const struct junit_markup *markup, void *payload,
					  struct junit_faults *faults);

/* What comes next in the file. Text and values stay where they are until the next flush. */
void junit_skeleton_text(struct junit_skeleton *skeleton, const char *text, size_t len,
			 size_t offset);
void junit_skeleton_tag(struct junit_skeleton *skeleton, const struct junit_tag *tag,
			size_t offset);

/* Whether the queue has to be flushed before more is put in. */
bool junit_skeleton_is_full(const struct junit_skeleton *skeleton);

/* Hands on everything in the queue, or up to a fault. */
void junit_skeleton_flush(struct junit_skeleton *skeleton);

/* The file ends: open elements make it broken. `offset` is its end. */
void junit_skeleton_end(struct junit_skeleton *skeleton, size_t offset);
void junit_skeleton_free(struct junit_skeleton *skeleton);

#endif
