/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_HISTORY_ASIDE_H
#define STEADY_HISTORY_ASIDE_H

#include "base/err.h"
#include "os/file.h"

/*
 * A damaged history makes room for a new one: it and what lies beside it are renamed to
 * "<path>.damaged-<n>", the first number that is free. `seen` is the file that was found damaged: when
 * another process was quicker, and another file is there by now, nothing happens and all is well.
 * Nobody of this process may have the file open. The caller frees *to, NULL when nothing happened.
 */
int aside_put(const char *path, const struct file_stamp *seen, char **to, struct err *err);

#endif
