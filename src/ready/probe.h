/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_READY_PROBE_H
#define STEADY_READY_PROBE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Inside the room: what a target is after parsing, and how one attempt at it is made. A new kind
 * of target is a row in the table of target.c and a probe function.
 */

struct target;

/* How far an attempt got, in this order. */
enum stage { STAGE_RESOLVE, STAGE_CONNECT, STAGE_SETTLE, STAGE_RESPONSE };

const char *stage_name(enum stage stage);

/* One attempt. A probe sets stage, and an error when it was not ready. */
struct attempt_result {
	bool ready;
	bool stopped; /* a stop signal is pending: the attempt says nothing */
	enum stage stage;
	char error[256]; /* one short clause without the target's name */
};

/* Makes one attempt that ends within limit_us (the settle time may come on top). */
typedef void probe_fn(const struct target *target, int64_t limit_us, struct attempt_result *out);

probe_fn probe_tcp;
probe_fn probe_http;

/* Always returns false, so that a probe can end with it. */
bool attempt_failed(struct attempt_result *result, enum stage stage, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* "connection refused" and the like for an errno value; other texts are the system's. */
const char *connect_error(int code);

enum patience { PATIENCE_READY, PATIENCE_TIMEOUT, PATIENCE_STOPPED };

/* Waits until fd has one of the events, the monotonic time until_us is reached, or a stop signal
 * is pending (it stays pending). fd may be negative: only the other two. */
enum patience wait_for_fd(int fd, short events, int64_t until_us);

struct scheme {
	const char *name;
	const char *probe_name;
	probe_fn *probe;
	const char *default_port; /* NULL: the target must say it */
	bool has_path;            /* a path, a query and user:password@ may follow */
};

struct target {
	const struct scheme *scheme;
	char *text; /* as given, secrets masked */
	char *url;  /* with them */
	char *host; /* without brackets */
	char *port;
	char *service;    /* host:port, an IPv6 address in brackets */
	int64_t limit_us; /* 0: the default; INT64_MAX none */
	int status;       /* asked for; 0: any from 200 to 399 */
};

#endif
