/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_OS_LISTENERS_H
#define STEADY_OS_LISTENERS_H

#include "os/proc.h"
#include "os/sockets.h"

/* The sockets of this network namespace at which somebody listens, and who that is. */
struct listener {
	uint64_t inode;
	struct endpoint at; /* of TCP */
	char *path;         /* of a UNIX socket, "@…" an abstract one; else NULL */
};

struct listener_list {
	VEC(struct listener)
};

void listener_list_release(struct listener_list *list);

/* Appends those of one of the tables that sockets.h reads. */
void listeners_parse(char *table, enum socket_kind kind, struct listener_list *out);

/* One look at all of them. False when the system shows no table, or one that cannot be read: half a
 * look would show as gone who is there. */
bool listeners_read(struct listener_list *out);
bool listeners_read_at(const char *folder, struct listener_list *out); /* for /proc/net */

/* Does a connection to that address end on this machine? Its port does not matter. */
bool endpoint_is_here(const struct endpoint *endpoint);

/* The process that holds that socket; false when none is found or may be looked into. Looks through
 * all processes: not for often. */
bool listener_owner(uint64_t inode, struct proc_info *out);

#endif
