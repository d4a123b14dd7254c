/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_TEXT_NEEDLES_H
#define STEADY_TEXT_NEEDLES_H

#include "base/mem.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Many literals looked for at once, in one pass over the text (Aho and Corasick). ASCII letters
 * match in either case. Each literal brings a number; several may share one.
 */
struct needles;

struct needles *needles_new(void);

/* Adds the literal, not empty, before the first scan. False when there is no room for more. */
bool needles_add(struct needles *needles, const char *literal, size_t number);

/* No more literals. */
void needles_ready(struct needles *needles);

/* Sets the bit of each number of which a literal is in the text; says whether there was one. */
bool needles_scan(const struct needles *needles, const char *text, size_t len, uint64_t *bits);
void needles_free(struct needles *needles);

#define NEEDLE_WORDS(numbers) (((numbers) + 63) / 64)

#endif
