/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_MODEL_WAIT_H
#define STEADY_MODEL_WAIT_H

#include "base/vec.h"

#include <stdbool.h>
#include <stdint.h>

/* How far a wait got, in this order; each kind of target has some of them. A server that speaks its
 * protocol and says that it is not ready has reached the application. */
enum wait_stage {
	STAGE_RESOLVE,     /* the name has an address */
	STAGE_LISTEN,      /* somebody listens there */
	STAGE_CONNECT,     /* and accepts */
	STAGE_SETTLE,      /* the connection stays open */
	STAGE_PROTOCOL,    /* an answer that makes sense */
	STAGE_APPLICATION, /* it says itself that it is ready */
	STAGE_COUNT
};

const char *wait_stage_name(enum wait_stage stage);

#define STAGE_NEVER (-1)

/* How earlier waits for the same service went. */
struct wait_past {
	size_t waits, ready;
	int64_t median_us, longest_us; /* of those that ended well */
};

/* One readiness wait for one target, ended well or not. Owns its strings. */
struct wait {
	char *target;  /* as given, secrets masked */
	char *service; /* "127.0.0.1:5432" */
	char *probe;   /* "tcp", "http", … */
	bool ready;
	bool cancelled; /* stopped by a signal, or because another wait failed: says nothing */
	bool open;      /* still being waited for */
	bool invert;    /* ready means gone */
	bool optional;  /* not ready is no failure */
	bool permanent; /* not ready, and time alone would hardly have helped */
	char *stage;    /* the furthest stage reached, by its name */
	char *owner;    /* not ready: who listens there, "redis-server (pid 412)"; NULL unknown */
	char *address;  /* where it was ready, "127.0.0.1:5432"; NULL unknown, not recorded */
	char *error;    /* why not ready (the last reason seen on the way); NULL when none */
	int attempt;    /* of the run, that it stands in front of: 1, or that of a retry */
	int attempts;
	int losses; /* so often it was ready, and then not */
	int64_t passed_us
		[STAGE_COUNT]; /* when each was first left behind, after the start; or STAGE_NEVER */
	int64_t last_seen_us; /* when somebody last accepted there, after the start; or STAGE_NEVER */
	int64_t started_us;   /* wall */
	int64_t duration_us;
	int64_t limit_us;
	struct wait_past past; /* not recorded; of one that was not ready, where somebody asked */
};

struct wait_list {
	VEC(struct wait)
};

/* Nothing has been passed or seen. */
void wait_init(struct wait *wait);
void wait_release(struct wait *wait);
void wait_list_release(struct wait_list *list);

#endif
