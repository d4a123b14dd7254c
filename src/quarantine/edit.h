/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_QUARANTINE_EDIT_H
#define STEADY_QUARANTINE_EDIT_H

#include "base/buf.h"
#include "base/err.h"
#include "model/quarantine.h"

#include <stddef.h>

/*
 * Changes to the text of a ledger that leave everything else in it as it is, byte for byte: comments,
 * order, quotes, ends of lines. What comes out is read again and compared row by row before anybody
 * gets it; where that fails, or the rows do not each begin a line of their own with a dash, the text
 * is refused (ERR_INPUT) and a person has to edit it. Pure.
 */
struct edit_text {
	const char *path; /* for messages */
	const char *text;
	size_t len;
};

/* Appends the row behind the last one, and behind what stands below it. */
int edit_add(const struct edit_text *ledger, const struct quarantine_row *row, struct buf *out,
	     struct err *err);

/* Takes the n-th row out, with the comments inside it; those in front of it stay. */
int edit_remove(const struct edit_text *ledger, size_t nth, struct buf *out, struct err *err);

#endif
