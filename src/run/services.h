/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_RUN_SERVICES_H
#define STEADY_RUN_SERVICES_H

#include "run/session.h"

/* The services that the command needs, while it runs and before it runs again. */

/* Watches them from now on. */
void services_begin(struct session *session);

/* Waits for all of them once more. False when one did not come back, or a stop signal came: then
 * the tests that are still to be retried are blocked. */
bool services_ready_again(struct session *session);

/* Takes what was seen into the run, and puts failures down to services. */
void services_end(struct session *session);

/*
 * A failure of the first attempt is put down to a service that was down, restarted or replaced
 * while that test can have run, when its text says so: it is of a class that is about services, and names
 * this one, or none while no other was down. Pure. Sets `service` of run->failed.
 */
void services_blame(struct run *run, struct rules *rules);

#endif
