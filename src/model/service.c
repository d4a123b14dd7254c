/* SPDX-License-Identifier: Apache-2.0 */
#include "model/service.h"

#include "base/mem.h"
#include "base/str.h"

#include <stdlib.h>
#include <string.h>

static const char *const change_names[SERVICE_CHANGES] = {
	[SERVICE_DOWN] = "down",
	[SERVICE_UP] = "up",
	[SERVICE_RESTARTED] = "restarted",
	[SERVICE_REPLACED] = "replaced",
};

const char *service_change_name(enum service_change change)
{
	return change_names[change];
}

bool service_change_parse(const char *name, enum service_change *out)
{
	for (size_t i = 0; i < SERVICE_CHANGES; i++) {
		if (strcmp(change_names[i], name) == 0) {
			*out = (enum service_change)i;
			return true;
		}
	}
	return false;
}

void service_event_release(struct service_event *event)
{
	free(event->service);
	free(event->detail);
	free(event->address);
	*event = (struct service_event){0};
}

void service_event_list_release(struct service_event_list *list)
{
	VEC_EACH (struct service_event, event, list) {
		service_event_release(event);
	}
	VEC_FREE(list);
}

static bool is_loopback(const char *host, size_t len)
{
	static const char *const names[] = {"localhost", "[::1]", "0.0.0.0", "::1"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (len == strlen(names[i]) && memcmp(host, names[i], len) == 0) {
			return true;
		}
	}
	return len > 4 && memcmp(host, "127.", 4) == 0;
}

/* A socket file is written with its scheme or without. */
static const char *without_scheme(const char *service)
{
	return service + (str_starts(service, "unix:") ? strlen("unix:") : 0);
}

bool service_is_same(const char *a, const char *b)
{
	const char *port = strrchr(a, ':'), *other = strrchr(b, ':');

	if (str_eq(without_scheme(a), without_scheme(b))) {
		return true;
	}
	/* "db" may be any service of that host */
	if ((!port || !other) && !str_starts(a, "unix:") && !str_starts(b, "unix:")) {
		size_t len = port ? (size_t)(port - a) : strlen(a);
		size_t other_len = other ? (size_t)(other - b) : strlen(b);

		return (len == other_len && memcmp(a, b, len) == 0) ||
		       (is_loopback(a, len) && is_loopback(b, other_len));
	}
	return port && other && str_eq(port, other) && is_loopback(a, (size_t)(port - a)) &&
	       is_loopback(b, (size_t)(other - b));
}

void started_service_list_release(struct started_service_list *list)
{
	VEC_EACH (struct started_service, service, list) {
		free(service->name);
		strv_release(&service->command);
		free(service->log);
	}
	VEC_FREE(list);
}

/* The newest outage of a service that has not ended, or NULL. */
static struct outage *open_outage(const struct outage_list *list, const char *service)
{
	for (size_t i = list->len; i > 0; i--) {
		struct outage *outage = &list->items[i - 1];

		if (outage->until_us == INT64_MAX && strcmp(outage->service, service) == 0) {
			return outage;
		}
	}
	return NULL;
}

void outages_of(const struct service_event_list *events, struct outage_list *out)
{
	VEC_EACH (const struct service_event, event, events) {
		struct outage *open = open_outage(out, event->service);

		if (event->change == SERVICE_DOWN) {
			if (!open) {
				*VEC_PUSH(out) = (struct outage){event->service, event,
								 event->at_us, INT64_MAX};
			}
		} else if (open) {
			open->until_us = event->at_us;
		} else if (event->change != SERVICE_UP) {
			*VEC_PUSH(out) =
				(struct outage){event->service, event, event->at_us, event->at_us};
		}
	}
}
