/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_READY_LISTENING_H
#define STEADY_READY_LISTENING_H

#include "os/listeners.h"
#include "ready/probe.h"

/* Who listens where a target is, as far as this machine shows it. */

/* Would a server for it be seen: is it a port of this machine's loopback, or a UNIX socket? */
bool target_is_seen(const struct target *target);

/* Is that one its listener? */
bool target_has_listener(const struct target *target, const struct listener *listener);

/* Who listens there; false when nobody does or it cannot be told. */
bool target_owner(const struct target *target, struct proc_info *out);

#endif
