/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CLI_SPARE_H
#define STEADY_CLI_SPARE_H

#include "base/err.h"

/* -1, with the error set, when writing there would destroy the history at that path, or another database. */
int spare_databases(const char *path, const char *history, struct err *err);

#endif
