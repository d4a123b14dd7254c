/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_BASE_VEC_H
#define STEADY_BASE_VEC_H

#include "base/mem.h"

/*
 * A growing array of values. Declare the type once, zero-initialise, push, index with .items[i].
 *
 *	struct result_list { VEC(struct result) };
 *	struct result_list list = {0};
 *	struct result *added = VEC_PUSH(&list);		(zeroed; valid until the next push)
 *	VEC_FREE(&list);				(the array, not what the items own)
 */
#define VEC(type) \
	type *items; \
	size_t len, cap;

#define VEC_PUSH(vec) \
	((vec)->items = vec_grow((vec)->items, &(vec)->len, &(vec)->cap, sizeof(*(vec)->items)), \
	 &(vec)->items[(vec)->len - 1])

#define VEC_FREE(vec) \
	do { \
		cleanup_free(&(vec)->items); \
		(vec)->len = (vec)->cap = 0; \
	} while (0)

/* Room for so many items in all, so that pushing them moves nothing. */
#define VEC_RESERVE(vec, count) \
	do { \
		if ((count) > (vec)->cap) { \
			(vec)->items = mem_resize((vec)->items, (count), sizeof(*(vec)->items)); \
			(vec)->cap = (count); \
		} \
	} while (0)

/* for (T *item …) over all items. */
#define VEC_EACH(type, item, vec) \
	for (__typeof__(type) *(item) = (vec)->items; \
	     (vec)->items && (item) < (vec)->items + (vec)->len; (item)++)

/* Makes room for one more item, zeroes it, counts it and returns the array. Use VEC_PUSH. */
void *vec_grow(void *items, size_t *len, size_t *cap, size_t size);

#endif
