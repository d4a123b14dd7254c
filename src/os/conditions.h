/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_OS_CONDITIONS_H
#define STEADY_OS_CONDITIONS_H

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

void conditions_sample(struct conditions_sample *out);

/* The same below another root than "/", for recorded systems. `allowed` processors. */
void conditions_sample_at(const char *root, int allowed, struct conditions_sample *out);

#endif
