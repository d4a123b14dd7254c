/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_READY_SIGHT_H
#define STEADY_READY_SIGHT_H

#include "model/service.h"
#include "os/listeners.h"
#include "ready/probe.h"

/*
 * What one sees of a service without connecting to it: is the socket still there that listened at
 * first? That it has gone, that another one has its place, and whose that is. Pure but for the two
 * questions about processes.
 */
struct sight {
	struct {
		VEC(uint64_t) /* of those that listen: IPv4 and IPv6, or one for each worker */
	} inodes;
	struct endpoint at;     /* where it was ready */
	struct proc_info owner; /* pid 0: unknown */
	bool down;
};

/* How a process is looked up. */
struct sight_eyes {
	bool (*owner)(uint64_t inode, struct proc_info *out);
	bool (*alive)(pid_t pid);
};

extern const struct sight_eyes sight_system;

/* False when nobody listens there as far as one can see: then there is nothing to keep in sight. */
bool sight_begin(struct sight *sight, const struct target *target, const struct listener_list *all,
		 const struct sight_eyes *eyes);
void sight_release(struct sight *sight);

/* One more look. True when something has changed; the caller frees *detail. */
bool sight_look(struct sight *sight, const struct target *target, const struct listener_list *all,
		const struct sight_eyes *eyes, enum service_change *change, char **detail);

#endif
