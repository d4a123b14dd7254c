/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/budget_events.h"

#include "base/str.h"

/* `steady wait` alone is recorded as a run: its waits are events, it itself is none. */
static bool only_waited(const struct run_facts *run)
{
	return run->roster == 0 && str_empty(run->command) &&
	       (run->outcome == RUN_PASSED || run->outcome == RUN_NOT_READY);
}

static bool is_meant(const struct budget *budget, const struct run_facts *run)
{
	const struct objective *objective = budget->objective;

	return run->started_us >= budget->since_us && run->started_us < budget->until_us &&
	       (!objective->job || str_eq(objective->job, run->job)) &&
	       (!objective->branch || str_eq(objective->branch, run->branch));
}

static void add(struct budget_events *out, const struct budget *budget, int64_t at_us,
		enum objective_cause cause, bool troubled)
{
	*VEC_PUSH(out) = (struct budget_event){
		.at_us = at_us,
		.bad = troubled && budget_charges(budget, cause),
		.troubled = troubled,
		.cause = cause,
	};
}

static void add_run(struct budget_events *out, const struct budget *budget,
		    const struct run_facts *run, enum run_fate fate)
{
	static const struct {
		bool red;
		enum objective_cause cause; /* whose matter that is */
	} fates[FATE_COUNT] = {
		[FATE_RED_FLAKE] = {true, CAUSE_FLAKE},
		[FATE_RED_READINESS] = {true, CAUSE_READINESS},
		[FATE_RED_INFRA] = {true, CAUSE_INFRA},
		[FATE_RED_PRODUCT] = {true, CAUSE_PRODUCT},
	};

	if (fate != FATE_NONE && !only_waited(run)) {
		add(out, budget, run->started_us, fates[fate].cause, fates[fate].red);
	}
}

/* One that was ended because it took too long took longer than anybody knows. What never began has no time. */
static void add_run_time(struct budget_events *out, const struct budget *budget,
			 const struct run_facts *run, enum run_fate fate)
{
	bool endless = run->outcome == RUN_TIMEOUT || run->outcome == RUN_TEARDOWN_HANG;

	if (fate != FATE_NONE && run->outcome != RUN_NOT_READY && !only_waited(run) &&
	    (endless || run->duration_us >= 0)) {
		add(out, budget, run->started_us, CAUSE_SLOW,
		    endless || run->duration_us > budget->objective->limit_us);
	}
}

/* An optional wait may fail, and what was cancelled says nothing. */
static void add_wait(struct budget_events *out, const struct budget *budget, int64_t at_us,
		     const struct wait *wait)
{
	const struct objective *objective = budget->objective;
	bool timed = objective->subject == OBJECTIVE_WAIT_TIME;

	if (wait->cancelled || wait->optional ||
	    (objective->service && !str_eq(objective->service, wait->service))) {
		return;
	}
	if (!wait->ready || !timed) {
		add(out, budget, at_us, CAUSE_READINESS, !wait->ready);
	} else if (wait->duration_us >= 0) {
		add(out, budget, at_us, CAUSE_SLOW, wait->duration_us > objective->limit_us);
	}
}

/* Runs come in time order, and waits in that of their runs. */
void budget_events_list(const struct budget *budget, const struct evidence *evidence,
			const struct flake_report *flakes, struct budget_events *out)
{
	enum objective_subject subject = budget->objective->subject;

	for (size_t i = 0; i < evidence->runs.len; i++) {
		const struct run_facts *run = &evidence->runs.items[i];

		if (!is_meant(budget, run)) {
			continue;
		}
		if (subject == OBJECTIVE_RUNS) {
			add_run(out, budget, run, flakes->fates[i]);
		} else if (subject == OBJECTIVE_RUN_TIME) {
			add_run_time(out, budget, run, flakes->fates[i]);
		}
	}
	VEC_EACH (const struct wait_facts, seen, &evidence->waits) {
		const struct run_facts *run = &evidence->runs.items[seen->run];

		if (subject != OBJECTIVE_RUNS && subject != OBJECTIVE_RUN_TIME &&
		    is_meant(budget, run)) {
			add_wait(out, budget, run->started_us, &seen->wait);
		}
	}
}

void budget_events_release(struct budget_events *events)
{
	VEC_FREE(events);
}
