/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_READY_WAIT_H
#define STEADY_READY_WAIT_H

#include "base/err.h"
#include "model/wait.h"

/*
 * Readiness: a target is one argument, a URL and then words (docs/waits.md).
 *
 *	tcp://127.0.0.1:5432 timeout=30s
 *	http://127.0.0.1:8000/health status=200 successes=3 optional
 *
 * tcp is ready when a connection stays open for the settle time (a proxy that accepts and hangs up
 * is not ready). http(s) is ready at status 200–399 without following redirects, or at the status
 * given. Every address of a name is tried.
 */
struct target;

/* The error names the part that cannot be used. The caller frees *out. */
int target_parse(const char *text, struct target **out, struct err *err);

/* As given, but for user:password@ and the values of request headers; the caller frees. */
char *target_mask(const char *text);
void target_free(struct target *target);

struct target_list {
	VEC(struct target *)
};

void target_list_release(struct target_list *list);

/*
 * Waits until all targets are ready, all at once and each at most its own timeout or
 * default_limit_us (0: for ever). One record per target is appended to *waits whatever happens.
 * True when all are ready but those that
 * are optional. Stops early when a stop signal arrives: the open records are then marked
 * cancelled.
 * progress (may be NULL) is told about each target that became ready or ran out of time, in the
 * order in which they did; it is called in the caller's thread. It is also told, once, about one
 * that is still open and has had a permanent error for a while; with fail-fast that ends all waits.
 */
bool wait_for_all(const struct target_list *targets, int64_t default_limit_us,
		  void (*progress)(const struct wait *wait, void *payload), void *payload,
		  struct wait_list *waits);

#endif
