/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_OS_CONDITIONS_H
#define STEADY_OS_CONDITIONS_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * How much machine there was: sampled before and after an attempt, so that "failed under load" can
 * be said. Everything is best effort: what the kernel does not tell is -1, and no limit is 0.
 */
struct conditions_sample {
	int64_t at_us;        /* monotonic */
	double cores;         /* processors we may run on, or the cgroup's quota if that is less */
	double load;          /* mean of the last minute; -1 unknown */
	int64_t pressure_us;  /* total time in which something waited for a processor; -1 unknown */
	int64_t memory_limit; /* bytes; 0 none */
	int64_t oom_kills;    /* in our cgroup; -1 unknown */
};

struct conditions {
	double cores;
	double load_start, load_end;
	double pressure; /* share of the time, 0 … 1; -1 unknown */
	int64_t memory_limit;
	int64_t oom_kills; /* during the time; -1 unknown */
};

void conditions_sample(struct conditions_sample *out);

/* The same below another root than "/", for recorded systems. `allowed` processors. */
void conditions_sample_at(const char *root, int allowed, struct conditions_sample *out);

/* Pure, as all that follow. */
struct conditions conditions_between(const struct conditions_sample *before,
				     const struct conditions_sample *after);

/* Something waited for a processor a fifth of the time; without pressure, the load was half as much
 * again as there are cores. */
bool conditions_loaded(const struct conditions *conditions);

/* "2 cores, load 7.1, CPU pressure 60%, memory limit 512 MiB, 1 process killed for memory" */
void conditions_show(struct buf *out, const struct conditions *conditions);

#endif
