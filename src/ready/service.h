/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_READY_SERVICE_H
#define STEADY_READY_SERVICE_H

#include "model/service.h"
#include "os/proc.h"
#include "ready/wait.h"

#include <sys/types.h>

/*
 * A service that we start: a command with a guardian of its own, so that all of it ends with us,
 * whatever our end. What it prints goes to a file without a name.
 *
 * A target that is served by it is ready only when one of its processes listens there, and its wait
 * ends when it has ended.
 */
struct service;

/* A command as it is started and, without the values of variables, as it is shown. */
struct service_spec {
	const char *name;
	const struct strv *command, *shown;
	const struct strv *secrets; /* values that are hidden in its output */
	const char *folder;         /* in which it starts */
};

/* The caller ends it. ERR_NOT_FOUND, ERR_NOEXEC, ERR_IO. */
int service_start(const struct service_spec *plan, struct service **out, struct err *err);

/* It is about to be started: what its log holds already is not by it. */
void target_before_start(struct target *target);

/* The target has to be this service's, which must live as long as the target does. */
void target_serve(struct target *target, const struct service *service);

/* These may be called in any thread. */
bool service_is_alive(const struct service *service);
void service_processes(const struct service *service, struct pid_list *out); /* of it, appended */
void service_trim(const struct service *service); /* its output, to what is kept of it */

/* Asks it to end, unless it has; service_end() gives it until then, or a stop signal comes; ends what
 * is left and frees it. */
void service_stop(struct service *service);
void service_end(struct service *service, int64_t until_us, struct started_service *out);

#endif
