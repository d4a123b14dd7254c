/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_OS_CGROUP_H
#define STEADY_OS_CGROUP_H

#include <stdint.h>

/* The limits of our control group and of those above it, as version 1 and 2 tell them. */
struct cgroup_limits {
	double cpus;       /* the least quota; 0 none */
	int64_t memory;    /* the least limit, bytes; 0 none */
	int64_t oom_kills; /* in our own group and below; -1 unknown */
};

/* root: "" for this system, or the folder of a recorded one. */
void cgroup_read(const char *root, struct cgroup_limits *out);

#endif
