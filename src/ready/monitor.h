/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_READY_MONITOR_H
#define STEADY_READY_MONITOR_H

#include "model/service.h"
#include "ready/wait.h"

/*
 * Keeps an eye on services while something else runs, in a thread of its own: every quarter of a
 * second whether the same socket still listens, without connecting; every few seconds one attempt
 * as the wait made them. Files, logs, names, commands and what is waited for to be gone are not
 * services and are left alone.
 */
struct monitor;

/* Those that were ready are watched. NULL when there is nothing to watch or the system refuses. Borrows targets
 * until monitor_stop(). */
struct monitor *monitor_start(const struct target_list *targets);

/* When an attempt at that service was last a success (wall); 0 when it is not asked. Any thread. */
int64_t monitor_answered_us(const struct monitor *monitor, const char *service);

/* Looks once more and with `ask`, which may take 3 s, makes attempts once more; ends the thread and appends
 * what was seen. NULL is fine. */
void monitor_stop(struct monitor *monitor, bool ask, struct service_event_list *out);

#endif
