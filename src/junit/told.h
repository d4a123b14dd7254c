/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_TOLD_H
#define STEADY_JUNIT_TOLD_H

#include "junit/clip.h"
#include "junit/limits.h"
#include "junit/words.h"
#include "steady/junit.h"

#include <stdbool.h>

/* What one element inside a test case or suite tells. Memory is used again for the next one. */

/* A string that may be absent. */
struct junit_text {
	struct buf buf;
	bool there;
	unsigned hints; /* of a name; see mask.h */
};

/* NULL when absent. */
static inline const char *junit_text_get(const struct junit_text *text)
{
	return text->there ? buf_str(&text->buf) : NULL;
}

void junit_text_set(struct junit_text *text, const char *value);

/* The value of an attribute as a name of at most so many bytes; what is cut is replaced by a digest of
 * the whole, so that two long names stay two. What a suite says goes into each of its cases, of which
 * a byte of a hostile file makes many: such names are shorter. */
#define JUNIT_NAME_DIGEST    16
#define JUNIT_NAME_MAX       (4 * JUNIT_KILOBYTE)
#define JUNIT_SUITE_NAME_MAX (JUNIT_KILOBYTE / 2 + JUNIT_NAME_DIGEST)
void junit_text_name(struct junit_text *text, const struct junit_attr *attr, size_t max);

/* failure, skipped, flakyError, … */
struct junit_told {
	enum steady_junit_kind kind;
	struct junit_text type, message;
	struct junit_clip text;
};

/* The kind that an element stands for; false for an element that is none. */
bool junit_told_kind(enum junit_word word, enum steady_junit_kind *out);
void junit_told_init(struct junit_told *told, size_t head, size_t tail);
void junit_told_open(struct junit_told *told, enum steady_junit_kind kind,
		     const struct junit_attrs *attrs);
struct steady_junit_detail junit_told_detail(struct junit_told *told);
void junit_told_release(struct junit_told *told);

#endif
