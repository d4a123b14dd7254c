/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_INTERNAL_H
#define STEADY_HISTORY_INTERNAL_H

#include "history/db.h"
#include "history/history.h"
#include "os/file.h"

/* What only this room and its tests may see. */
struct history {
	struct db db;
	enum history_mode mode;
	struct tx batch;
	struct file_stamp seen; /* the file that is open */
	char *private_copy;     /* a folder of ours that goes when the history is closed; NULL */
};

#endif
