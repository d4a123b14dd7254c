/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CLI_MANUAL_H
#define STEADY_CLI_MANUAL_H

#include "base/buf.h"

/* The page steady(1), from the tables of commands and options. */
void manual_write(struct buf *out);

#endif
