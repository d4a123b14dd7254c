/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_SPACE_H
#define STEADY_HISTORY_SPACE_H

#include "history/care.h"
#include "history/db.h"

/* What takes how many bytes of the database. */

/* Whether SQLite can tell page by page. */
bool space_has_pages(struct db *db);

/* Fills in all kinds. Without pages by lengths, which leaves indexes to the rest. */
int space_measure(struct db *db, bool by_pages, int64_t space[SPACE_KINDS], struct err *err);

#endif
