/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_MARKDOWN_CELLS_H
#define STEADY_REPORT_MARKDOWN_CELLS_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

/* Rows of a table in Markdown: " text |" behind the "|" that begins them. Texts may come from outside. Inside the room. */

/* Text, at most so wide; nothing between the blanks for "". */
void markdown_cell(struct buf *out, const char *text, size_t width);

/* The same as code. */
void markdown_code_cell(struct buf *out, const char *text, size_t width);

/* Code alone, wherever it stands; nothing for "". */
void markdown_code(struct buf *out, const char *text, size_t width);

/* Adds a composed row unless it would lead beyond `end`. */
bool markdown_fits(struct buf *out, const struct buf *row, size_t end);

/* How many rows there are that nobody sees; nothing for 0. */
void markdown_more(struct buf *out, size_t count);

#endif
