/* SPDX-License-Identifier: Apache-2.0 */
#include "model/evidence.h"

#include "base/str.h"

#include <stdlib.h>
#include <string.h>

#define WORD_BITS 64

static uint64_t *word_of(const struct evidence *evidence, size_t test, size_t run)
{
	size_t words = evidence->runs.len / WORD_BITS + 1;

	return &evidence->passes[test * words + run / WORD_BITS];
}

void evidence_ready_passes(struct evidence *evidence)
{
	size_t words = evidence->runs.len / WORD_BITS + 1;

	evidence->passes = mem_array(evidence->tests.len + 1, words * sizeof(uint64_t));
}

void evidence_note_pass(struct evidence *evidence, size_t test, size_t run)
{
	*word_of(evidence, test, run) |= UINT64_C(1) << run % WORD_BITS;
}

bool evidence_passed(const struct evidence *evidence, size_t test, size_t run)
{
	return *word_of(evidence, test, run) >> run % WORD_BITS & 1;
}

bool evidence_same_passes(const struct evidence *evidence, size_t test, size_t other)
{
	size_t words = evidence->runs.len / WORD_BITS + 1;

	return memcmp(word_of(evidence, test, 0), word_of(evidence, other, 0),
		      words * sizeof(uint64_t)) == 0;
}

bool run_facts_in_lane(const struct run_facts *run, const char *job, const char *variant)
{
	return str_eq(str_or(run->job, ""), str_or(job, "")) &&
	       str_eq(str_or(run->variant, ""), str_or(variant, ""));
}

static void run_facts_release(struct run_facts *run)
{
	free(run->key);
	free(run->job);
	free(run->variant);
	free(run->command);
	free(run->commit);
	strv_release(&run->parents);
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
	lineage_release(&evidence->lineage);
	free(evidence->passes);
	VEC_FREE(&evidence->runs);
	VEC_FREE(&evidence->tests);
	VEC_FREE(&evidence->signatures);
	VEC_FREE(&evidence->observations);
	VEC_FREE(&evidence->waits);
	VEC_FREE(&evidence->events);
	VEC_FREE(&evidence->earlier_waits);
	*evidence = (struct evidence){0};
}
