/* SPDX-License-Identifier: Apache-2.0 */
#include "os/listeners.h"

#include "base/mem.h"
#include "os/file.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define TABLE_MAX ((size_t)16 * 1024 * 1024)

void listener_list_release(struct listener_list *list)
{
	VEC_EACH (struct listener, listener, list) {
		free(listener->path);
	}
	VEC_FREE(list);
}

static void take(const struct socket_fact *socket, struct listener_list *out)
{
	if (socket->kind != SOCKET_UNIX) {
		*VEC_PUSH(out) = (struct listener){
			.inode = socket->inode,
			.at = socket->local,
		};
	} else if (*socket->path) {
		*VEC_PUSH(out) = (struct listener){
			.inode = socket->inode,
			.path = mem_str(socket->path),
		};
	}
}

void listeners_parse(char *table, enum socket_kind kind, struct listener_list *out)
{
	char *rest = table;

	for (char *row = strsep(&rest, "\n"); row; row = strsep(&rest, "\n")) {
		struct socket_fact socket;

		if (socket_parse(row, kind, &socket) && socket.listens) {
			take(&socket, out);
		}
	}
}

bool listeners_read_at(const char *folder, struct listener_list *out)
{
	static const struct {
		const char *name;
		enum socket_kind kind;
	} tables[] = {
		{"tcp", SOCKET_TCP},
		{"tcp6", SOCKET_TCP},
		{"unix", SOCKET_UNIX},
	};
	bool any = false;

	for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
		AUTO_FREE char *path = mem_fmt("%s/%s", folder, tables[i].name);
		AUTO_FREE char *text = NULL;
		struct err err = ERR_INIT;

		if (file_read(path, TABLE_MAX, &text, NULL, &err) == 0) {
			listeners_parse(text, tables[i].kind, out);
			any = true;
		} else if (err.code != ERR_NOT_FOUND) {
			return false;
		}
	}
	return any;
}

bool listeners_read(struct listener_list *out)
{
	return listeners_read_at("/proc/net", out);
}

/* Only an address of this machine can be bound. */
bool endpoint_is_here(const struct endpoint *endpoint)
{
	AUTO_CLOSE int fd = socket(endpoint->family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in v4 = {.sin_family = AF_INET};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};

	memcpy(&v4.sin_addr, endpoint->addr, sizeof(v4.sin_addr));
	memcpy(&v6.sin6_addr, endpoint->addr, sizeof(v6.sin6_addr));
	if (endpoint_is_loopback(endpoint)) {
		return true;
	}
	return fd >= 0 &&
	       (endpoint->family == AF_INET ? bind(fd, (struct sockaddr *)&v4, sizeof(v4)) == 0
					    : bind(fd, (struct sockaddr *)&v6, sizeof(v6)) == 0);
}

bool listener_owner(uint64_t inode, struct proc_info *out)
{
	struct pid_list pids = {0};
	bool found = false;

	proc_all(&pids);
	for (size_t i = 0; i < pids.len && !found; i++) {
		found = proc_has_socket(pids.items[i], inode) && proc_look(pids.items[i], out);
	}
	VEC_FREE(&pids);
	return found;
}
