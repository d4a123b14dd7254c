/* SPDX-License-Identifier: Apache-2.0 */
#include "base/vec.h"

#include <string.h>

void *vec_grow(void *items, size_t *len, size_t *cap, size_t size)
{
	if (*len == *cap) {
		*cap = *cap ? *cap * 2 : 8;
		items = mem_resize(items, *cap, size);
	}
	memset((char *)items + *len * size, 0, size);
	*len += 1;
	return items;
}
