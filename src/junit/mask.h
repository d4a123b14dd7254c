/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_JUNIT_MASK_H
#define STEADY_JUNIT_MASK_H

#include "base/buf.h"

/*
 * What is new in every run by its nature, in the names of tests: addresses ("0x7f12ab34cd"), Java's
 * "Thing@1b2c3d4f", uuids, paths below folders for temporary files, "pytest-12". Plain numbers and
 * dates are not: "case 17" is a name.
 */

/* Appends text with a placeholder for each of them. */
void junit_mask(struct buf *out, const char *text);

/* What the bytes of a name tell of it. */
unsigned junit_name_hints(const char *text, size_t len);

/* Whether a value of XML stands for itself: no references, line breaks and tabs. */
bool junit_hints_are_plain(unsigned hints);

/* Whether there is nothing to mask, and no terminal sequence in any spelling either: true for most
 * names, and quickly. The hints are the name's. */
bool junit_hints_are_clean(unsigned hints, const char *name);
bool junit_name_is_clean(const char *name);

#endif
