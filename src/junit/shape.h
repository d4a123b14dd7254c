/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_SHAPE_H
#define STEADY_JUNIT_SHAPE_H

#include "junit/words.h"

/*
 * Which attributes tags have. A report says the same ones in the same order a hundred thousand
 * times: once the parser took a tag, another one of its shape needs no judgement of its attributes.
 * Only where namespaces play no part, for there the same text can mean something else.
 */
#define JUNIT_SHAPES     64u
#define JUNIT_SHAPE_LONG 16u /* attributes */

struct junit_shape {
	char *text; /* the tag without values, up to its ">" */
	size_t len;
	struct junit_attr attrs[JUNIT_SHAPE_LONG]; /* without values */
	size_t attributes;
};

/* All zero: none is known. Shapes stay where they are until the release. */
struct junit_shapes {
	struct junit_shape *items[JUNIT_SHAPES];
	size_t len;
	struct junit_shape *slots[2 * JUNIT_SHAPES]; /* by hash */
};

/* NULL when none is known. */
const struct junit_shape *junit_shapes_find(const struct junit_shapes *shapes, const char *text,
					    size_t len);

/* Keeps the shape of a tag that the parser took, with its attributes in their order. Their names
 * are borrowed for as long as the shapes live. Does nothing where the shape can not be relied on,
 * is known, or there is no room. */
void junit_shapes_learn(struct junit_shapes *shapes, const char *text, size_t len,
			const struct junit_attrs *attrs);

void junit_shapes_release(struct junit_shapes *shapes);

#endif
