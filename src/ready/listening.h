/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_READY_LISTENING_H
#define STEADY_READY_LISTENING_H

#include "os/listeners.h"
#include "ready/probe.h"

/* Who listens where a target is, as far as this machine shows it. */

/*
 * `at` is the address at which it was asked, where that is known (else family 0): a name may have any.
 */

/* Would a server for it be seen: is it a port of this machine, or a UNIX socket? */
bool target_is_seen(const struct target *target, const struct endpoint *at);

/* Is that one its listener? */
bool target_has_listener(const struct target *target, const struct endpoint *at,
			 const struct listener *listener);

/* Who listens there; false when nobody does or it cannot be told. */
bool target_owner(const struct target *target, const struct endpoint *at, struct proc_info *out);

/* Does one of these processes listen there? Also true of one that may not be looked into. */
bool target_is_held(const struct target *target, const struct endpoint *at,
		    const struct pid_list *pids);

#endif
