/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_RUN_DUMPS_H
#define STEADY_RUN_DUMPS_H

#include "autopsy/runtimes.h"

#include <stdbool.h>

/*
 * Asks those runtimes that are ready for it where their threads are; they print it into the
 * command's output. deadly: those that end by it, else the others. True when somebody was asked.
 */
bool dumps_ask(const struct dump_list *dumps, bool deadly);

#endif
