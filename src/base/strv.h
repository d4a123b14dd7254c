/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_BASE_STRV_H
#define STEADY_BASE_STRV_H

#include "base/vec.h"

#include <stdbool.h>

/*
 * A list of strings that owns them; items[len] is always NULL once anything was added, so
 * `items` serves as an argv. Zero-initialise.
 */
struct strv {
	VEC(char *)
};

void strv_add(struct strv *list, const char *text); /* copies */
void strv_give(struct strv *list, char *text);      /* takes over */
void strv_fmt(struct strv *list, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void strv_add_all(struct strv *list, const struct strv *other);
bool strv_has(const struct strv *list, const char *text);
void strv_sort(struct strv *list); /* by bytes */
void strv_release(struct strv *list);

/* argv never NULL: a static { NULL } when the list is empty. Borrowed. */
char *const *strv_argv(const struct strv *list);

#endif
