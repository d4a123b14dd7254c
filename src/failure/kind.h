/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_FAILURE_KIND_H
#define STEADY_FAILURE_KIND_H

#include "failure/line.h"

/* What a line in the text of a failure is. Inside the room. */
enum line_kind {
	LINE_SAYS,    /* somebody says something with it */
	LINE_EMPTY,   /* blanks, rules of dashes */
	LINE_FRAME,   /* of a stack */
	LINE_PYTHON,  /* a frame of Python: what is deeper below it is code */
	LINE_CODE,    /* quoted source, a compiler's message about it */
	LINE_BLOCK,   /* the source is below it, up to an empty line */
	LINE_NAME,    /* the name of a test, which says nothing of what happened */
	LINE_REMOVED, /* of a diff */
	LINE_ADDED,
	LINE_LOG,    /* what was logged in passing */
	LINE_OUTPUT, /* captured output begins */
};

/* `rest` is the text behind the line: a line of carets below marks the line as code. */
enum line_kind line_kind(struct line line, const char *rest);

#endif
