/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_SCRATCH_H
#define STEADY_HISTORY_SCRATCH_H

#include "history/history.h"

/* Where temporary files go: $TMPDIR, else /tmp. Borrowed. */
const char *scratch_parent(void);

/* A new folder there that nobody else can enter; NULL with ERR_IO. The caller removes and frees. */
char *scratch_folder(struct err *err);

/*
 * Opens a history that nobody else knows: with `folder` the one that lies in it as history.db, which it takes
 * over, else an empty one. It goes when it is closed, and nothing waits for a disk.
 */
int scratch_open(char *folder, struct history **out, struct err *err);

#endif
