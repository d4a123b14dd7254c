/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_OS_LISTENERS_H
#define STEADY_OS_LISTENERS_H

#include "os/proc.h"

/* The sockets of this network namespace at which somebody listens, and who that is. */
struct listener {
	uint64_t inode;
	uint16_t port; /* of TCP; 0 of a UNIX socket */
	bool loopback; /* of TCP: reached from this machine by its loopback address */
	char *path;    /* of a UNIX socket, "@…" an abstract one; else NULL */
};

struct listener_list {
	VEC(struct listener)
};

void listener_list_release(struct listener_list *list);

/* Append rows of /proc/net/tcp or tcp6, and of /proc/net/unix; a row not understood is left out. */
void listeners_parse_tcp(char *text, struct listener_list *out);
void listeners_parse_unix(char *text, struct listener_list *out);

/* One look at all of them. False when the system does not show any table. */
bool listeners_read(struct listener_list *out);

/* The process that holds that socket; false when none is found or may be looked into. Looks through
 * all processes: not for often. */
bool listener_owner(uint64_t inode, struct proc_info *out);

#endif
