/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_FAILURE_MASK_H
#define STEADY_FAILURE_MASK_H

#include "base/buf.h"

/*
 * Appends one line of text with what changes from run to run replaced by its kind ("<time>",
 * "<uuid>", "<n>", …) and blanks squeezed. What tells causes apart stays: errno and signal names
 * with their numbers, HTTP status, exit codes, SQLSTATE and error numbers of databases, 127.0.0.1
 * and its like, and ports below 10000 or of a well-known service: ports above are mostly handed
 * out by the system (from 32768 on Linux) or drawn by chance. Long text is cut first.
 */
void failure_mask_line(const char *line, struct buf *out);

#endif
