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

/* [::] takes connections to addresses of IPv4 too, or not: its row does not tell. */
static bool takes(const struct endpoint *listener, const char *address)
{
	int family = strchr(address, ':') ? AF_INET6 : AF_INET;
	uint8_t bytes[sizeof(listener->addr)];
	struct endpoint at;

	if (inet_pton(family, address, bytes) != 1) {
		return false;
	}
	at = endpoint_make(family, bytes, 0);
	if (endpoint_is_any(listener)) {
		return listener->family == AF_INET6 || listener->family == at.family;
	}
	return endpoint_same_addr(listener, &at);
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

bool target_is_seen(const struct target *target)
{
	return target->scheme->place == PLACE_PORT ? is_loopback(target->host)
						   : target->scheme->probe == probe_unix;
}

bool target_has_listener(const struct target *target, const struct listener *listener)
{
	int64_t port = 0;

	if (listener->path) {
		return target->scheme->probe == probe_unix && str_eq(target->path, listener->path);
	}
	return target->scheme->place == PLACE_PORT && is_loopback(target->host) &&
	       str_to_int64(target->port, 1, UINT16_MAX, &port) && port == listener->at.port &&
	       takes_host(&listener->at, target->host);
}

bool target_owner(const struct target *target, struct proc_info *out)
{
	CLEANUP(listener_list_release) struct listener_list list = {0};

	if (!target_is_seen(target) || !listeners_read(&list)) {
		return false;
	}
	VEC_EACH (const struct listener, listener, &list) {
		if (target_has_listener(target, listener) && listener_owner(listener->inode, out)) {
			return true;
		}
	}
	return false;
}
