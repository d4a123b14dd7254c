/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CLI_CHANGED_H
#define STEADY_CLI_CHANGED_H

#include "base/strv.h"

#include <stdint.h>

/*
 * For run_plan: what the command has changed in the project since that moment, but for what lies at or
 * below these real paths, and for what interpreters and measurements leave behind. The payload is
 * the struct place. NULL nothing; the caller frees.
 */
char *changed_find(int64_t since_ns, const struct strv *own, void *payload);

#endif
