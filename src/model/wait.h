/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_MODEL_WAIT_H
#define STEADY_MODEL_WAIT_H

#include "base/vec.h"

#include <stdbool.h>
#include <stdint.h>

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
	char *stage;    /* the furthest stage reached: "resolve", "connect", … */
	char *error;    /* why not ready (the last reason seen on the way); NULL when none */
	int attempts;
	int64_t started_us; /* wall */
	int64_t duration_us;
	int64_t limit_us;
};

struct wait_list {
	VEC(struct wait)
};

void wait_release(struct wait *wait);
void wait_list_release(struct wait_list *list);

#endif
