/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_TEXT_ESCAPE_H
#define STEADY_TEXT_ESCAPE_H

#include "base/buf.h"
#include "base/strv.h"

/*
 * Text from outside, made harmless for its target. Test names, messages and paths come from pull
 * requests: every place that shows one goes through here. What comes out is valid UTF-8 without a
 * code point of utf8_is_unsafe(). Give a buffer with room (BUF_OWN_MAX): a cut one may end inside
 * an escape or a quote.
 */

/* For a terminal, on one line: control characters become visible (\n, \t, \r, \x1b), C1 ones,
 * line separators, bidirectional overrides and other invisible ones become \u{…}. Backslashes stay
 * as they are. */
void escape_terminal(struct buf *out, const char *text);

/*
 * For one line or table cell of GitHub Markdown, at the start of a line too: white space becomes
 * single spaces (none in front), markup and HTML characters are escaped, @mentions, #references,
 * www. and :// get a zero-width space so that nothing becomes a link or calls somebody.
 */
void escape_markdown(struct buf *out, const char *text);

/* As code of GitHub Markdown, in a line or a table cell: a code span that survives any number of
 * backticks, or <code> where the text has a "|", which no code span carries both inside and
 * outside of tables. */
void escape_markdown_code(struct buf *out, const char *text);

/* As text or a quoted attribute of HTML, on one line: white space becomes single spaces, what cannot be seen or turns
 * the writing direction is spelled. */
void escape_html(struct buf *out, const char *text);

/*
 * As one word of a shell, quoted only where needed: for commands that people copy. Plain words and
 * '…' for any POSIX shell; text with bad UTF-8 or unsafe code points as $'…' with octal escapes
 * (POSIX 2024; bash, zsh, ksh). The word's bytes are exactly the text's.
 */
void escape_shell(struct buf *out, const char *text);

/* All words of a command so, with spaces between them. */
void escape_command(struct buf *out, const struct strv *argv);

#endif
