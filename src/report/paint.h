/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_PAINT_H
#define STEADY_REPORT_PAINT_H

#include "base/buf.h"

/* Lines for a terminal: escaped, cut or wrapped, coloured. Inside the room. */

#define PAINT_BOLD   "1"
#define PAINT_DIM    "2"
#define PAINT_RED    "1;31"
#define PAINT_GREEN  "1;32"
#define PAINT_YELLOW "1;33"

/* Where nobody knows the terminal. */
#define PAINT_WIDTH 100

/* That width, or PAINT_WIDTH for 0. */
size_t paint_width(size_t width);

struct paint {
	const char *colour; /* NULL none */
	size_t indent;
	size_t width; /* of the whole line; 0: PAINT_WIDTH */
};

/*
 * Text from outside, for a terminal or a CI log: beside control characters, what the log of GitHub
 * Actions would take for a command is spelled out ("::" in front, "##[" anywhere).
 */
void paint_escape(struct buf *out, const char *text);

/* One line, escaped and cut to the width. */
void paint_line(struct buf *out, const struct paint *paint, const char *text);

/* As many escaped lines as it takes, broken at spaces; from the second on indented by two more. */
void paint_wrapped(struct buf *out, const struct paint *paint, const char *text);

/* Text that is already escaped between the codes of a colour. */
void paint_text(struct buf *out, const char *colour, const char *text);

#endif
