/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/doctor.h"

#include "base/clock.h"
#include "base/mem.h"
#include "cli/services.h"
#include "cli/waits.h"
#include "os/signals.h"
#include "ready/check.h"

#define CHECK_LIMIT_US (2 * US_PER_S)

static void add_nobody(struct doctor *doctor, const char *text, const struct target_checks *checks)
{
	const struct check *check = &checks->nobody;

	if (!*checks->nowhere) {
		doctor_add(doctor, DOCTOR_UNPROVEN, "wait",
			   "%s: whether that command can fail is its own affair", text);
	} else if (!check->made) {
		doctor_add(doctor, DOCTOR_UNPROVEN, "wait",
			   "%s: no place was found where nobody listens", text);
	} else if (check->ready) {
		doctor_add(doctor, DOCTOR_FAILS, "wait",
			   "%s: cannot fail: such a target is ready even %s, so it proves nothing",
			   text, checks->nowhere);
	} else {
		doctor_add(doctor, DOCTOR_HOLDS, "wait", "%s: can fail: %s it says \"%s\"", text,
			   checks->nowhere, check->error);
	}
}

/* A port is open before a server serves. */
static void add_protocol(struct doctor *doctor, const char *text,
			 const struct target_checks *checks)
{
	if (!checks->protocol) {
		return;
	}
	if (checks->by_protocol.ready) {
		doctor_add(doctor, DOCTOR_FACT, "wait",
			   "%s: it speaks %s: %s:// would tell also while it starts or is full",
			   text, checks->protocol, checks->protocol);
	} else {
		doctor_add(doctor, DOCTOR_FAILS, "wait",
			   "%s: passes too early: asked by %s:// it says \"%s\"", text,
			   checks->protocol, checks->by_protocol.error);
	}
}

static void add_now(struct doctor *doctor, const char *text, const struct target_checks *checks)
{
	if (checks->no_path.made && checks->no_path.ready) {
		doctor_add(
			doctor, DOCTOR_FAILS, "wait",
			"%s: cannot fail while anything answers there: a path that does not exist "
			"counts as ready too",
			text);
	} else if (checks->no_path.made) {
		doctor_add(doctor, DOCTOR_HOLDS, "wait",
			   "%s: ready now; for a path that does not exist it says \"%s\"", text,
			   checks->no_path.error);
	} else {
		doctor_add(doctor, DOCTOR_FACT, "wait", "%s: %s now%s%s", text,
			   checks->now.ready ? "ready" : "not ready", checks->now.ready ? "" : ": ",
			   checks->now.ready ? "" : checks->now.error);
	}
}

int doctor_waits(struct doctor *doctor, struct err *err)
{
	CLEANUP(target_list_release) struct target_list targets = {0};

	CLEANUP(service_plan_list_release) struct service_plan_list services = {0};

	if (waits_parse(&doctor->invocation->options.waits, &targets, err) < 0 ||
	    services_read(&doctor->invocation->options.services, &services, &targets, err) < 0) {
		return -1;
	}
	VEC_EACH (struct target *, target, &targets) {
		const char *text = target_text(*target);
		struct target_checks checks;

		if (!target_check(*target, CHECK_LIMIT_US, &checks)) {
			doctor->stop_code = cli_stopped_code();
			return 0;
		}
		add_nobody(doctor, text, &checks);
		add_now(doctor, text, &checks);
		add_protocol(doctor, text, &checks);
	}
	return 0;
}
