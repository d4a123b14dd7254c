/* SPDX-License-Identifier: Apache-2.0 */
#include "ready/listening.h"

#include "base/mem.h"
#include "base/str.h"
#include "ready/kinds.h"

#include <arpa/inet.h>
#include <string.h>

#define NAMED_MAX 2

/* Hosts of the loopback that are no addresses of it, and where a connection to them ends. */
static const struct {
	const char *host, *addresses[NAMED_MAX];
} named[] = {
	{"localhost", {"127.0.0.1", "::1"}},
	{"0.0.0.0", {"127.0.0.1"}},
	{"::", {"::1"}},
};

static bool is_loopback(const char *host)
{
	for (size_t i = 0; i < ARRAY_LEN(named); i++) {
		if (str_eq(host, named[i].host)) {
			return true;
		}
	}
	return str_eq(host, "::1") || str_starts(host, "127.");
}

static bool takes(const struct endpoint *listener, const char *address)
{
	int family = strchr(address, ':') ? AF_INET6 : AF_INET;
	uint8_t bytes[sizeof(listener->addr)];
	struct endpoint at;

	if (inet_pton(family, address, bytes) != 1) {
		return false;
	}
	at = endpoint_make(family, bytes, 0);
	return endpoint_takes(listener, &at);
}

static bool takes_host(const struct endpoint *listener, const char *host)
{
	for (size_t i = 0; i < ARRAY_LEN(named); i++) {
		for (size_t k = 0; str_eq(host, named[i].host) && k < NAMED_MAX; k++) {
			const char *address = named[i].addresses[k];

			if (address && takes(listener, address)) {
				return true;
			}
		}
	}
	return takes(listener, host);
}

bool target_is_seen(const struct target *target, const struct endpoint *at)
{
	if (target->scheme->place != PLACE_PORT) {
		return target->scheme->probe == probe_unix;
	}
	return at->family ? endpoint_is_here(at) : is_loopback(target->host);
}

bool target_has_listener(const struct target *target, const struct endpoint *at,
			 const struct listener *listener)
{
	int64_t port = 0;

	if (listener->path) {
		return target->scheme->probe == probe_unix && str_eq(target->path, listener->path);
	}
	if (target->scheme->place != PLACE_PORT ||
	    !str_to_int64(target->port, 1, UINT16_MAX, &port) || port != listener->at.port) {
		return false;
	}
	return at->family ? endpoint_takes(&listener->at, at)
			  : is_loopback(target->host) && takes_host(&listener->at, target->host);
}

bool target_owner(const struct target *target, const struct endpoint *at, struct proc_info *out)
{
	CLEANUP(listener_list_release) struct listener_list list = {0};

	if (!target_is_seen(target, at) || !listeners_read(&list)) {
		return false;
	}
	VEC_EACH (const struct listener, listener, &list) {
		if (target_has_listener(target, at, listener) &&
		    listener_owner(listener->inode, out)) {
			return true;
		}
	}
	return false;
}

bool target_is_held(const struct target *target, const struct endpoint *at,
		    const struct pid_list *pids)
{
	CLEANUP(listener_list_release) struct listener_list list = {0};

	if (!listeners_read(&list)) {
		return true;
	}
	VEC_EACH (const struct listener, listener, &list) {
		for (size_t i = 0; i < pids->len && target_has_listener(target, at, listener);
		     i++) {
			if (proc_may_have_socket(pids->items[i], listener->inode)) {
				return true;
			}
		}
	}
	return false;
}
