/* SPDX-License-Identifier: Apache-2.0 */
#include "junit/shape.h"

#include "base/hash.h"
#include "base/mem.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Where the shape is, or belongs. There are more slots than shapes. */
static size_t slot_of(const struct junit_shapes *shapes, const char *text, size_t len)
{
	size_t slot = hash_bytes(text, len).low % ARRAY_LEN(shapes->slots);

	for (;; slot = (slot + 1) % ARRAY_LEN(shapes->slots)) {
		const struct junit_shape *shape = shapes->slots[slot];

		if (!shape || (shape->len == len && memcmp(shape->text, text, len) == 0)) {
			return slot;
		}
	}
}

const struct junit_shape *junit_shapes_find(const struct junit_shapes *shapes, const char *text,
					    size_t len)
{
	return shapes->slots[slot_of(shapes, text, len)];
}

static bool has_namespaces(const char *text, size_t len)
{
	return memchr(text, ':', len) || memmem(text, len, "xmlns", 5);
}

void junit_shapes_learn(struct junit_shapes *shapes, const char *text, size_t len,
			const struct junit_attrs *attrs)
{
	size_t slot = slot_of(shapes, text, len);
	struct junit_shape *shape = NULL;

	if (shapes->slots[slot] || shapes->len == JUNIT_SHAPES || attrs->len > JUNIT_SHAPE_LONG ||
	    has_namespaces(text, len)) {
		return;
	}
	shape = mem_alloc(sizeof(*shape));
	shape->text = mem_strn(text, len);
	shape->len = len;
	shape->attributes = attrs->len;
	for (size_t i = 0; i < attrs->len; i++) {
		shape->attrs[i].word = attrs->items[i].word;
		shape->attrs[i].name = attrs->items[i].name;
	}
	shapes->slots[slot] = shapes->items[shapes->len++] = shape;
}

void junit_shapes_release(struct junit_shapes *shapes)
{
	for (size_t i = 0; i < shapes->len; i++) {
		free(shapes->items[i]->text);
		free(shapes->items[i]);
	}
	*shapes = (struct junit_shapes){.len = 0};
}
