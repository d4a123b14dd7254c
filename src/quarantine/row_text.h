/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_QUARANTINE_ROW_TEXT_H
#define STEADY_QUARANTINE_ROW_TEXT_H

#include "base/buf.h"
#include "model/quarantine.h"

#include <stddef.h>

/* A row as the ledger has it, lines and all: behind so many spaces, with those ends of lines. */
void row_text(const struct quarantine_row *row, size_t indent, const char *eol, struct buf *out);

/* "2026-12-24" */
void row_day(struct buf *out, int64_t us);

#endif
