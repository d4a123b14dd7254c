/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_TEXT_REGEX_H
#define STEADY_TEXT_REGEX_H

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"

#include <stdbool.h>

/*
 * Regular expressions (PCRE2) over untrusted text: match, depth and heap limits are always set, bad
 * UTF-8 in the subject never matches but does no harm. A compiled expression holds scratch space:
 * one thread at a time.
 */
struct regex;

/* The error quotes the pattern and names the byte. The caller frees *out. */
int regex_compile(const char *pattern, struct regex **out, struct err *err);

/* Running into a limit counts as no match. */
bool regex_match(const struct regex *regex, const char *text);

/* The same in len bytes; then regex_group() tells what a named group took. */
bool regex_find(struct regex *regex, const char *text, size_t len);

/* What the group of that name took in the text that regex_find() matched last; false for a group
 * that took no part or that there is none of. */
bool regex_group(const struct regex *regex, const char *name, const char *text, const char **start,
		 size_t *len);

/*
 * Appends text with every match replaced (replacement in PCRE2's extended syntax: $1, ${name};
 * a group that took no part is empty). False when a limit was hit or the replacement is wrong: then
 * the text was appended unchanged, and who masks secrets must not show it.
 */
bool regex_replace(const struct regex *regex, const char *text, const char *replacement,
		   struct buf *out);
void regex_free(struct regex *regex);
void cleanup_regex(struct regex **slot);

#define AUTO_REGEX CLEANUP(cleanup_regex)

#endif
