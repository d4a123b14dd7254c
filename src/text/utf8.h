/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_TEXT_UTF8_H
#define STEADY_TEXT_UTF8_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

/* UTF-8 as Unicode defines it: no overlong forms, no surrogates, nothing above U+10FFFF. */

/* The code point at text (len bytes left) and its length in *used; U+FFFD with *used = 1 for a bad
 * byte. With no byte left: U+FFFD and 0. */
uint32_t utf8_decode(const char *text, size_t len, size_t *used);

/* Appends one code point; U+FFFD for what is none. */
void utf8_put(struct buf *out, uint32_t point);

/* Appends text with every bad byte replaced by U+FFFD. A full buffer ends on a whole character. */
void utf8_clean(struct buf *out, const char *text, size_t len);

/*
 * True for code points that never belong on a line shown to people: they move the cursor, break the
 * line, turn the writing direction or cannot be seen. Controls (C0, DEL, C1), line and paragraph
 * separators, bidirectional marks, overrides and isolates, the byte order mark, annotations, tags.
 */
bool utf8_is_unsafe(uint32_t point);

/* Whether a text holds none of these. */
bool utf8_is_shown(const char *text);

/* Columns on a terminal, counting one per code point and none for combining marks (U+0300–036F). */
size_t utf8_width(const char *text);

/* Appends at most `columns` columns of text, repaired; the last becomes "…" when something was
 * cut. Without columns, nothing. */
void utf8_cut(struct buf *out, const char *text, size_t columns);

#endif
