/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strv.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void strv_give(struct strv *list, char *text)
{
	*VEC_PUSH(list) = text;
	/* one slot more than counted keeps the terminating NULL */
	(void)VEC_PUSH(list);
	list->len--;
}

void strv_add(struct strv *list, const char *text)
{
	strv_give(list, mem_str(text));
}

void strv_fmt(struct strv *list, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0) {
		abort();
	}
	va_end(ap);
	strv_give(list, text);
}

void strv_add_all(struct strv *list, const struct strv *other)
{
	for (size_t i = 0; i < other->len; i++) {
		strv_add(list, other->items[i]);
	}
}

bool strv_has(const struct strv *list, const char *text)
{
	for (size_t i = 0; i < list->len; i++) {
		if (strcmp(list->items[i], text) == 0) {
			return true;
		}
	}
	return false;
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void strv_sort(struct strv *list)
{
	if (list->len > 1) {
		qsort(list->items, list->len, sizeof(list->items[0]), by_bytes);
	}
}

void strv_release(struct strv *list)
{
	for (size_t i = 0; i < list->len; i++) {
		free(list->items[i]);
	}
	VEC_FREE(list);
}

char *const *strv_argv(const struct strv *list)
{
	static char *const none[] = {NULL};

	return list->len ? list->items : none;
}
