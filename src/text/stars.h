/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_TEXT_STARS_H
#define STEADY_TEXT_STARS_H

#include <stddef.h>

/* What nobody may see becomes "***": in place, because the text never gets longer. */
#define STARS "***"

/* Over `len` bytes; returns where the stars end. Fewer bytes become as many stars. */
char *stars_cover(char *at, size_t len);

/* Over each of these words, which are not empty. */
void stars_hide(char *text, const char *secret);

#endif
