/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_OS_SOCKETS_H
#define STEADY_OS_SOCKETS_H

#include "base/buf.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stdint.h>

/* The sockets of one network namespace, and who is at the other end of one. Pure. */

/* Address bytes in network order; an IPv4 address inside IPv6 counts as IPv4. family 0: none. */
struct endpoint {
	int family; /* AF_INET, AF_INET6 */
	uint8_t addr[16];
	uint16_t port;
};

bool endpoint_eq(const struct endpoint *a, const struct endpoint *b);
bool endpoint_same_addr(const struct endpoint *a, const struct endpoint *b);
bool endpoint_is_any(const struct endpoint *endpoint); /* 0.0.0.0 or [::] */
bool endpoint_is_loopback(const struct endpoint *endpoint);
void endpoint_show(struct buf *out, const struct endpoint *endpoint); /* "127.0.0.1:80" */
char *endpoint_text(const struct endpoint *endpoint); /* the same; NULL none; the caller frees */

/* Does who listens at the one address take connections to the other? [::] takes those of IPv4 too, or not:
 * its row does not tell. Ports are not looked at. */
bool endpoint_takes(const struct endpoint *listener, const struct endpoint *at);

/* From raw bytes, as sockaddr and netlink have them. */
struct endpoint endpoint_make(int family, const void *addr, uint16_t port);
struct endpoint endpoint_of(const void *sockaddr); /* of other families: none */

enum socket_kind { SOCKET_TCP, SOCKET_UDP, SOCKET_UNIX };

#define SOCKET_PATH_MAX 112

struct socket_fact {
	enum socket_kind kind;
	uint64_t inode; /* 0: nobody has it open (not yet accepted, or already closed) */
	uint64_t peer;  /* inode of the other end of a UNIX socket; 0 unknown */
	int state;      /* TCP_ESTABLISHED … of <netinet/tcp.h> for TCP */
	bool listens;
	struct endpoint local, remote;
	uint32_t received; /* bytes not yet read; of a listener: connections not yet accepted */
	uint32_t sent;     /* bytes not yet acknowledged */
	int64_t queue_max; /* of a listener; -1 unknown */
	char path[SOCKET_PATH_MAX]; /* of a UNIX socket; "@…" abstract; "" none */
};

struct socket_list {
	VEC(struct socket_fact)
	bool cut; /* the table was longer than what was read */
};

/* One row of /proc/net/{tcp,tcp6,udp,udp6,unix}; false when it is not understood. */
bool socket_parse(const char *row, enum socket_kind kind, struct socket_fact *out);

/* Appends the rows of such a table, which is cut into lines; one without an end or not understood
 * is left out. */
void sockets_parse(char *table, enum socket_kind kind, struct socket_list *out);

/* All return NULL when there is none. */
struct socket_fact *sockets_by_inode(const struct socket_list *list, uint64_t inode);
const struct socket_fact *sockets_peer(const struct socket_list *list,
				       const struct socket_fact *socket);
const struct socket_fact *sockets_listener(const struct socket_list *list,
					   const struct endpoint *at);
const struct socket_fact *sockets_unix_listener(const struct socket_list *list, const char *path);

/* Is the other end on this machine, as far as addresses tell? */
bool socket_is_local(const struct socket_fact *socket);

/* More connections wait than the listener allows: further ones get no answer. */
bool socket_queue_full(const struct socket_fact *listener);

const char *socket_state_name(int state); /* "SYN_SENT"; "" unknown */

#endif
