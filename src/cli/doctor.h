/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_CLI_DOCTOR_H
#define STEADY_CLI_DOCTOR_H

#include "cli/command.h"
#include "cli/place.h"

/*
 * What `steady doctor` has to say, row by row; each part of it adds its own. Facts are what was
 * found; a proof was tried, and holds or fails, or could not be made.
 */
enum doctor_state { DOCTOR_FACT, DOCTOR_HOLDS, DOCTOR_FAILS, DOCTOR_UNPROVEN };

struct doctor_row {
	const char *name;
	char *value;
	const char *from; /* who said it; NULL when that goes without saying */
	enum doctor_state state;
};

struct doctor {
	struct invocation *invocation;
	struct place place;
	int stop_code; /* a stop signal ended it: the exit code; else 0 */
	VEC(struct doctor_row)
};

void doctor_add(struct doctor *doctor, enum doctor_state state, const char *name, const char *fmt,
		...) __attribute__((format(printf, 4, 5)));

/* A fact and who said it; the value NULL when nobody did. */
void doctor_add_from(struct doctor *doctor, const char *name, const char *value, const char *from);

/* The framework, its results and how attempts end; with a command, the rehearsal of a retry.
 * ERR_USAGE when run would refuse it too. */
int doctor_command(struct doctor *doctor, struct err *err);

/* Runs the retry of a test that does not exist, and says which before; then what came of it. */
struct run_plan;
struct rehearsal;
int doctor_rehearse(const struct doctor *doctor, const struct run_plan *plan, struct rehearsal *out,
		    struct err *err);
void doctor_add_retry(struct doctor *doctor, const struct rehearsal *rehearsal);

/* The targets to wait for: whether each can fail, and what it says now. */
int doctor_waits(struct doctor *doctor, struct err *err);

#endif
