/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STEADY_MODEL_OBJECTIVE_H
#define STEADY_MODEL_OBJECTIVE_H

#include "base/buf.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stdint.h>

/* What a project promises itself of its CI, as a share of what happens in a while (docs/budget.md). */
enum objective_subject {
	OBJECTIVE_RUNS,     /* each run; bad: red through one of the causes */
	OBJECTIVE_WAITS,    /* each readiness wait; bad: not ready in time */
	OBJECTIVE_RUN_TIME, /* each run whose time is known; bad: above the limit, or it never ended */
	OBJECTIVE_WAIT_TIME /* each wait; bad: above the limit, or not ready */
};

/* Why something was bad; also which bits of `causes` a run is charged by. */
enum objective_cause {
	CAUSE_FLAKE,
	CAUSE_READINESS,
	CAUSE_INFRA,
	CAUSE_SLOW,
	CAUSE_PRODUCT, /* never charged */
	CAUSE_COUNT
};

/* "flake", "readiness" */
const char *objective_cause_name(enum objective_cause cause);

/* The same as sentences say it: "flakes", "readiness", "infra"; NULL for what no sentence may charge. */
const char *objective_cause_word(enum objective_cause cause);

/* Shares are counted in millionths, so that what is allowed comes out exactly. */
#define OBJECTIVE_WHOLE 1000000

/* Owns its strings. */
struct objective {
	char *name;
	enum objective_subject subject;
	unsigned causes;              /* of OBJECTIVE_RUNS: a bit each of enum objective_cause */
	int64_t allowed;              /* of OBJECTIVE_WHOLE: how much may be bad; never 0 */
	int64_t limit_us;             /* of the times */
	int64_t window_us;            /* how far it looks back */
	char *branch, *job, *service; /* NULL: any */
	bool built_in;                /* nobody wrote it down */
};

struct objective_list {
	VEC(struct objective)
};

/* The sentence, the same for the same meaning, whatever spaces it was written with: "99% of runs not failed by
 * flakes on branch main over 28d". Still to be escaped. */
void objective_show(struct buf *out, const struct objective *objective);

bool objective_is_of_waits(const struct objective *objective);

/* "runs", "waits": what is counted. */
const char *objective_events(const struct objective *objective);

void objective_release(struct objective *objective);
void objective_list_release(struct objective_list *list);

#endif
