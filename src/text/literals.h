/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_TEXT_LITERALS_H
#define STEADY_TEXT_LITERALS_H

#include "base/strv.h"

/*
 * Literals of which every match of a regular expression (PCRE2) contains at least one, in ASCII
 * lower case: what is worth looking for before the expression is tried. Appends none when there are
 * none of at least 3 bytes, or when the expression uses what is not understood here. For texts in
 * ASCII; a "k" that matches the Kelvin sign is missed.
 */
void regex_literals(const char *pattern, struct strv *out);

#endif
