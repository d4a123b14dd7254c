/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_MODEL_CONDITIONS_H
#define STEADY_MODEL_CONDITIONS_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

/* How much machine an attempt had, so that "failed under load" can be said. What the kernel does not
 * tell is -1, and no limit is 0. */
struct conditions {
	double cores; /* processors it could use; 0: nobody looked */
	double load_start, load_end;
	double pressure;      /* share of the time in which something waited for a processor */
	int64_t memory_limit; /* bytes */
	int64_t oom_kills;    /* during the time */
};

/* Something waited for a processor a fifth of the time; without pressure, the load was half as much
 * again as there are cores. */
bool conditions_loaded(const struct conditions *conditions);

/* "2 cores, load 7.1, CPU pressure 60%, memory limit 512 MiB, 1 process killed for memory" */
void conditions_show(struct buf *out, const struct conditions *conditions);

#endif
