/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CLI_BELIEFS_H
#define STEADY_CLI_BELIEFS_H

#include "analyze/prior.h"
#include "base/err.h"

/* The default prior, changed by words like "flaky=0.05,a=0.3,b=5" (--prior); NULL changes nothing. The error
 * names the word. */
int beliefs_read(const char *words, struct prior *out, struct err *err);

#endif
