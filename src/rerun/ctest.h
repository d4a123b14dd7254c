/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_RERUN_CTEST_H
#define STEADY_RERUN_CTEST_H

#include "rerun/preset.h"

/* See struct preset. Inside the room. */
char *ctest_doubt(const struct first_run *first, bool *stateful);

#endif
