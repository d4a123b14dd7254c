/* SPDX-License-Identifier: Apache-2.0 */
#include "model/evidence.h"

#include <stdlib.h>

static void run_facts_release(struct run_facts *run)
{
	free(run->key);
	free(run->job);
	free(run->variant);
	free(run->command);
	free(run->commit);
	free(run->branch);
	free(run->pull_request);
	free(run->source);
}

static void earlier_wait_release(struct earlier_wait *wait)
{
	free(wait->job);
	free(wait->variant);
	free(wait->service);
	free(wait->probe);
}

void evidence_release(struct evidence *evidence)
{
	VEC_EACH (struct run_facts, run, &evidence->runs) {
		run_facts_release(run);
	}
	VEC_EACH (struct test_facts, test, &evidence->tests) {
		test_name_release(&test->name);
	}
	VEC_EACH (struct signature_facts, signature, &evidence->signatures) {
		free(signature->example);
	}
	VEC_EACH (struct wait_facts, facts, &evidence->waits) {
		wait_release(&facts->wait);
	}
	VEC_EACH (struct event_facts, facts, &evidence->events) {
		service_event_release(&facts->event);
	}
	VEC_EACH (struct earlier_wait, wait, &evidence->earlier_waits) {
		earlier_wait_release(wait);
	}
	VEC_FREE(&evidence->runs);
	VEC_FREE(&evidence->tests);
	VEC_FREE(&evidence->signatures);
	VEC_FREE(&evidence->observations);
	VEC_FREE(&evidence->waits);
	VEC_FREE(&evidence->events);
	VEC_FREE(&evidence->earlier_waits);
	*evidence = (struct evidence){0};
}
