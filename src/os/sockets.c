/* SPDX-License-Identifier: Apache-2.0 */
#include "os/sockets.h"

#include "base/mem.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define V4_BYTES 4
#define V6_BYTES 16

#define UNIX_ACCEPTS 0x10000 /* __SO_ACCEPTCON */

struct endpoint endpoint_make(int family, const void *addr, uint16_t port)
{
	static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
	struct endpoint made = {.family = family, .port = port};

	memcpy(made.addr, addr, family == AF_INET ? V4_BYTES : V6_BYTES);
	if (family == AF_INET6 && memcmp(made.addr, mapped, sizeof(mapped)) == 0) {
		made.family = AF_INET;
		memcpy(made.addr, made.addr + sizeof(mapped), V4_BYTES);
		memset(made.addr + V4_BYTES, 0, V6_BYTES - V4_BYTES);
	}
	return made;
}

struct endpoint endpoint_of(const void *sockaddr)
{
	const struct sockaddr *any = sockaddr;
	const struct sockaddr_in *v4 = sockaddr;
	const struct sockaddr_in6 *v6 = sockaddr;

	if (any->sa_family == AF_INET) {
		return endpoint_make(AF_INET, &v4->sin_addr, ntohs(v4->sin_port));
	}
	return any->sa_family == AF_INET6
		       ? endpoint_make(AF_INET6, &v6->sin6_addr, ntohs(v6->sin6_port))
		       : (struct endpoint){0};
}

bool endpoint_same_addr(const struct endpoint *a, const struct endpoint *b)
{
	return a->family == b->family && memcmp(a->addr, b->addr, V6_BYTES) == 0;
}

bool endpoint_eq(const struct endpoint *a, const struct endpoint *b)
{
	return a->port == b->port && endpoint_same_addr(a, b);
}

bool endpoint_is_any(const struct endpoint *endpoint)
{
	static const uint8_t any[V6_BYTES];

	return memcmp(endpoint->addr, any, V6_BYTES) == 0;
}

bool endpoint_takes(const struct endpoint *listener, const struct endpoint *at)
{
	if (endpoint_is_any(listener)) {
		return listener->family == AF_INET6 || listener->family == at->family;
	}
	return endpoint_same_addr(listener, at);
}

bool endpoint_is_loopback(const struct endpoint *endpoint)
{
	static const uint8_t one[V6_BYTES] = {[V6_BYTES - 1] = 1};

	return endpoint->family == AF_INET ? endpoint->addr[0] == 127
					   : memcmp(endpoint->addr, one, V6_BYTES) == 0;
}

void endpoint_show(struct buf *out, const struct endpoint *endpoint)
{
	char text[INET6_ADDRSTRLEN] = "?";

	inet_ntop(endpoint->family, endpoint->addr, text, sizeof(text));
	buf_fmt(out, endpoint->family == AF_INET6 ? "[%s]:%u" : "%s:%u", text,
		(unsigned)endpoint->port);
}

char *endpoint_text(const struct endpoint *endpoint)
{
	struct buf text = BUF_INIT(INET6_ADDRSTRLEN + sizeof("[]:65535"));

	if (endpoint->family) {
		endpoint_show(&text, endpoint);
	}
	return endpoint->family ? buf_take(&text) : NULL;
}

/* "0100007F:D3DD": each 32-bit word in the order of this machine, the port as a number. */
static bool parse_endpoint(const char *text, struct endpoint *out)
{
	const char *colon = strchr(text, ':');
	size_t digits = colon ? (size_t)(colon - text) : 0;
	uint32_t words[4] = {0};
	unsigned port = 0;

	if ((digits != 8 && digits != 32) || sscanf(colon + 1, "%4x", &port) != 1) {
		return false;
	}
	for (size_t i = 0; i < digits / 8; i++) {
		if (sscanf(text + 8 * i, "%8" SCNx32, &words[i]) != 1) {
			return false;
		}
	}
	*out = endpoint_make(digits == 8 ? AF_INET : AF_INET6, words, (uint16_t)port);
	return true;
}

static bool parse_inet(const char *row, enum socket_kind kind, struct socket_fact *out)
{
	char local[48], remote[48];
	unsigned state = 0;

	*out = (struct socket_fact){.kind = kind, .queue_max = -1};
	if (sscanf(row,
		   "%*[ 0-9]: %47[0-9A-Fa-f:] %47[0-9A-Fa-f:] %2x %8" SCNx32 ":%8" SCNx32
		   " %*x:%*x %*x %*u %*u %" SCNu64 " ",
		   local, remote, &state, &out->sent, &out->received, &out->inode) != 6 ||
	    !parse_endpoint(local, &out->local) || !parse_endpoint(remote, &out->remote)) {
		return false;
	}
	out->state = (int)state;
	out->listens = kind == SOCKET_TCP && state == TCP_LISTEN;
	return true;
}

/* "Num: RefCount Protocol Flags Type St Inode Path" */
static bool parse_unix(const char *row, struct socket_fact *out)
{
	unsigned flags = 0, state = 0;
	int used = 0;

	*out = (struct socket_fact){.kind = SOCKET_UNIX, .queue_max = -1};
	if (sscanf(row, "%*x: %*x %*x %8x %*x %2x %" SCNu64 "%n", &flags, &state, &out->inode,
		   &used) != 3) {
		return false;
	}
	out->state = (int)state;
	out->listens = (flags & UNIX_ACCEPTS) != 0;
	if (row[used] == ' ') {
		snprintf(out->path, sizeof(out->path), "%s", row + used + 1);
	}
	return true;
}

bool socket_parse(const char *row, enum socket_kind kind, struct socket_fact *out)
{
	return kind == SOCKET_UNIX ? parse_unix(row, out) : parse_inet(row, kind, out);
}

void sockets_parse(char *table, enum socket_kind kind, struct socket_list *out)
{
	char *rest = table;

	for (char *row = strsep(&rest, "\n"); rest; row = strsep(&rest, "\n")) {
		struct socket_fact fact;

		if (socket_parse(row, kind, &fact)) {
			*VEC_PUSH(out) = fact;
		}
	}
}

struct socket_fact *sockets_by_inode(const struct socket_list *list, uint64_t inode)
{
	VEC_EACH (struct socket_fact, row, list) {
		if (inode && row->inode == inode) {
			return row;
		}
	}
	return NULL;
}

const struct socket_fact *sockets_peer(const struct socket_list *list,
				       const struct socket_fact *socket)
{
	if (socket->kind == SOCKET_UNIX) {
		return sockets_by_inode(list, socket->peer);
	}
	VEC_EACH (const struct socket_fact, row, list) {
		if (row->kind == socket->kind && !row->listens && row != socket &&
		    endpoint_eq(&row->local, &socket->remote) &&
		    endpoint_eq(&row->remote, &socket->local)) {
			return row;
		}
	}
	return NULL;
}

const struct socket_fact *sockets_listener(const struct socket_list *list,
					   const struct endpoint *at)
{
	VEC_EACH (const struct socket_fact, row, list) {
		if (row->listens && row->kind == SOCKET_TCP && row->local.port == at->port &&
		    endpoint_takes(&row->local, at)) {
			return row;
		}
	}
	return NULL;
}

const struct socket_fact *sockets_unix_listener(const struct socket_list *list, const char *path)
{
	VEC_EACH (const struct socket_fact, row, list) {
		if (row->listens && row->kind == SOCKET_UNIX && strcmp(row->path, path) == 0) {
			return row;
		}
	}
	return NULL;
}

bool socket_is_local(const struct socket_fact *socket)
{
	return socket->kind == SOCKET_UNIX || endpoint_is_loopback(&socket->remote) ||
	       endpoint_same_addr(&socket->local, &socket->remote);
}

bool socket_queue_full(const struct socket_fact *listener)
{
	return listener->queue_max >= 0 && listener->received > listener->queue_max;
}

const char *socket_state_name(int state)
{
	static const char *const names[] = {
		[TCP_ESTABLISHED] = "ESTABLISHED",
		[TCP_SYN_SENT] = "SYN_SENT",
		[TCP_SYN_RECV] = "SYN_RECV",
		[TCP_FIN_WAIT1] = "FIN_WAIT1",
		[TCP_FIN_WAIT2] = "FIN_WAIT2",
		[TCP_TIME_WAIT] = "TIME_WAIT",
		[TCP_CLOSE] = "CLOSE",
		[TCP_CLOSE_WAIT] = "CLOSE_WAIT",
		[TCP_LAST_ACK] = "LAST_ACK",
		[TCP_LISTEN] = "LISTEN",
		[TCP_CLOSING] = "CLOSING",
	};

	return state > 0 && (size_t)state < ARRAY_LEN(names) ? names[state] : "";
}
