/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_ANALYZE_ALIKE_H
#define STEADY_ANALYZE_ALIKE_H

#include "model/evidence.h"

/*
 * Signatures of one test that are one kind of failure: what masking could not see as a part that changes, a name
 * or a word of prose, differs in them. Pure.
 *
 * Two are alike when their examples have as many words, eight at least, and at most one in ten differs; never by a word
 * that tells causes apart: one with a digit, or in capitals (errno and signal names, status, codes).
 * For each signature of the evidence the first one of its kind, an index; the caller frees.
 */
size_t *alike_signatures(const struct evidence *evidence);

/* The rule for two texts. */
bool alike_texts(const char *a, const char *b);

#endif
