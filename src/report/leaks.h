/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_REPORT_LEAKS_H
#define STEADY_REPORT_LEAKS_H

#include "base/buf.h"
#include "model/run.h"

/* "left running and ended: sleep 1000 (2×), server --quick (port 8000); left running, and could not
 * be ended: su"; nothing when no attempt left a process. Not yet escaped. */
void leaks_words(struct buf *out, const struct run *run);

#endif
