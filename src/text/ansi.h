/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_TEXT_ANSI_H
#define STEADY_TEXT_ANSI_H

#include "base/buf.h"

/*
 * Appends text without terminal escape sequences: the real ones (ESC [ …, ESC ] … BEL, two-byte
 * ones, U+009B) and the spellings that report writers leave in their place: "&#27;[", "&#x1b;[",
 * "\x1b[", "\x1B[", "\u001b[", "\u{1b}[", "\033[", "\e[", "#x1B[", "&amp#27;[", "&amp;#27;[",
 * "[NON-XML-CHAR-0x1B][", "<1b>[", U+241B "[" and U+FFFD "[". A spelling goes only together with a
 * whole sequence behind it; U+FFFD and \e, which also stand for other things, only with one that
 * sets colours or the cursor. A real ESC always goes. Linear in the length of the text.
 */
void ansi_strip(struct buf *out, const char *text);

#endif
