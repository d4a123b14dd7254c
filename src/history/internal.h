/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_INTERNAL_H
#define STEADY_HISTORY_INTERNAL_H

#include "history/db.h"
#include "history/history.h"

/* What only this room and its tests may see. */
struct history {
	struct db db;
	char *private_copy; /* a folder of ours that goes when the history is closed; NULL */
};

#endif
