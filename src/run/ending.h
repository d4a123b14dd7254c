/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_RUN_ENDING_H
#define STEADY_RUN_ENDING_H

#include "model/run.h"
#include "os/process.h"

/* How the process of an attempt ended and what it left behind, into the attempt. */
void ending_take(const struct process_end *end, struct attempt *attempt);

/* "exit code 3", "died by SIGSEGV"; the caller frees. */
char *ending_words(const struct attempt *attempt);

#endif
