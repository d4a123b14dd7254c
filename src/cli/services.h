/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CLI_SERVICES_H
#define STEADY_CLI_SERVICES_H

#include "model/run.h"
#include "model/service_text.h"
#include "ready/service.h"

/* The services of the configuration: their targets are waited for, and those that have a command are
 * started by each run. */
struct service_plan {
	const char *name,
		*file; /* borrowed from the configuration; its command starts beside the file */
	struct strv command, shown; /* with the values of variables, and without */
	struct strv secrets;        /* those values */
	size_t first, count;        /* its targets */
};

struct service_plan_list {
	VEC(struct service_plan)
};

struct service_list {
	VEC(struct service *)
};

/* Appends the targets. The error names file, line and service. */
int services_read(const struct service_text_list *texts, struct service_plan_list *out,
		  struct target_list *targets, struct err *err);
void service_plan_list_release(struct service_plan_list *list);

/* Starts them one after the other, without waiting. */
int services_start(const struct service_plan_list *plans, const struct target_list *targets,
		   struct service_list *out, struct err *err);

/* Ends all, in the time of one; what became of them is the run's. */
void services_stop(struct service_list *list, int64_t grace_us, struct run *run);

#endif
