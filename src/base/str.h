/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_BASE_STR_H
#define STEADY_BASE_STR_H

#include <stdbool.h>
#include <stdint.h>

/* Small questions about C strings that the standard library answers badly or not at all. */

bool str_eq(const char *a, const char *b);                  /* NULL equals only NULL */
bool str_empty(const char *text);                           /* NULL or "" */
const char *str_or(const char *text, const char *fallback); /* fallback for NULL and "" */
bool str_starts(const char *text, const char *prefix);
bool str_ends(const char *text, const char *suffix);

/* A whole decimal number inside [min, max]; false for anything else, also for spaces. */
bool str_to_int64(const char *text, int64_t min, int64_t max, int64_t *out);

/* Is one of them a likely misspelling of the other? At most one edit for three letters. */
bool str_similar(const char *a, const char *b);

/* The number of single-character edits between a and b; for "did you mean". */
unsigned str_distance(const char *a, const char *b);

/* What somebody probably meant by a text: of the names that were tried and are similar the nearest, the first of equal
 * ones. Zero-initialise. */
struct str_guess {
	const char *meant; /* borrowed; NULL none */
	unsigned distance; /* of that one */
};

void str_guess_try(struct str_guess *guess, const char *text, const char *name);

#endif
