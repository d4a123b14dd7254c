/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_MODEL_SERVICE_H
#define STEADY_MODEL_SERVICE_H

#include "base/strv.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stdint.h>

/* What became of a service that a run had waited for, while its command ran. */
enum service_change {
	SERVICE_DOWN,
	SERVICE_UP,        /* it is back */
	SERVICE_RESTARTED, /* another process of the same program has its place */
	SERVICE_REPLACED,  /* one of another program */
	SERVICE_CHANGES
};

const char *service_change_name(enum service_change change);
bool service_change_parse(const char *name, enum service_change *out);

/* "localhost:5432" and "127.0.0.1:5432" are one, and a host without a port is any service of it; else
 * names are compared as they are. */
bool service_is_same(const char *a, const char *b);

/* Owns its strings. */
struct service_event {
	char *service; /* as its wait names it */
	enum service_change change;
	int64_t at_us;   /* wall; when it was noticed */
	char *detail;    /* one clause: "nobody listens there, postgres (pid 412) has ended" */
	char *address;   /* where it was ready, "127.0.0.1:5432"; NULL unknown. Not recorded */
	bool silent;     /* it listened, and did not answer. Not recorded */
	int64_t well_us; /* wall; when it was last known to be well; 0 unknown. Not recorded */
};

struct service_event_list {
	VEC(struct service_event) /* in time order */
};

void service_event_release(struct service_event *event);
void service_event_list_release(struct service_event_list *list);

/* A service that a run started itself. Owns its strings. */
struct started_service {
	char *name;
	struct strv command;
	int64_t started_us; /* wall */
	int64_t duration_us;
	bool by_itself;    /* it ended before it was told to */
	int exit_code;     /* of such a one; -1 by signal */
	int signal;        /* 0: it exited */
	char *log;         /* the end of its output, "" nothing */
	int64_t log_bytes; /* how much there was */
};

struct started_service_list {
	VEC(struct started_service)
};

void started_service_list_release(struct started_service_list *list);

/* One time in which a service could not be used. Borrows the name. */
struct outage {
	const char *service;
	const struct service_event *began;
	int64_t from_us, until_us; /* wall; the same of a restart; INT64_MAX it did not end */
};

struct outage_list {
	VEC(struct outage)
};

/* The outages that events tell of, by their beginning. */
void outages_of(const struct service_event_list *events, struct outage_list *out);

#endif
