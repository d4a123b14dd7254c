/* SPDX-License-Identifier: Apache-2.0 */
#include "ready/listening.h"

#include "base/mem.h"
#include "base/str.h"
#include "ready/kinds.h"

static bool is_loopback(const char *host)
{
	static const char *const names[] = {"localhost", "::1", "0.0.0.0", "::"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (str_eq(host, names[i])) {
			return true;
		}
	}
	return str_starts(host, "127.");
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
	return target->scheme->place == PLACE_PORT && listener->loopback &&
	       is_loopback(target->host) && str_to_int64(target->port, 1, UINT16_MAX, &port) &&
	       port == listener->port;
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
