/* SPDX-License-Identifier: Apache-2.0 */
#include "model/evidence.h"

#include "base/str.h"

#include <stdlib.h>

size_t evidence_add_roster(struct evidence *evidence)
{
	struct roster_facts *roster = VEC_PUSH(&evidence->rosters);
	size_t words = evidence->tests.len / EVIDENCE_WORD + 1;

	roster->ran = mem_array(words, sizeof(*roster->ran));
	roster->skipped = mem_array(words, sizeof(*roster->skipped));
	return evidence->rosters.len - 1;
}

void evidence_put_on_roster(struct evidence *evidence, size_t roster, size_t test, bool skipped)
{
	struct roster_facts *facts = &evidence->rosters.items[roster];
	uint64_t *bits = skipped ? facts->skipped : facts->ran;

	bits[test / EVIDENCE_WORD] |= UINT64_C(1) << test % EVIDENCE_WORD;
}

bool evidence_ran_alike(const struct evidence *evidence, size_t test, size_t other)
{
	VEC_EACH (const struct roster_facts, roster, &evidence->rosters) {
		if (evidence_bit(roster->ran, test) != evidence_bit(roster->ran, other)) {
			return false;
		}
	}
	return true;
}

bool run_facts_in_lane(const struct run_facts *run, const char *job, const char *variant)
{
	return str_eq(str_or(run->job, ""), str_or(job, "")) &&
	       str_eq(str_or(run->variant, ""), str_or(variant, ""));
}

size_t evidence_first_observation(const struct evidence *evidence, size_t test)
{
	size_t low = 0, high = evidence->observations.len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (evidence->observations.items[middle].test < test) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

void test_facts_release(struct test_facts *test)
{
	test_name_release(&test->name);
	free(test->owner);
	free(test->rerun);
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

static void rosters_release(struct evidence *evidence)
{
	VEC_EACH (struct roster_facts, roster, &evidence->rosters) {
		free(roster->ran);
		free(roster->skipped);
	}
	VEC_FREE(&evidence->rosters);
}

static void names_release(struct test_facts *tests, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		test_facts_release(&tests[i]);
	}
}

void evidence_release(struct evidence *evidence)
{
	VEC_EACH (struct run_facts, run, &evidence->runs) {
		run_facts_release(run);
	}
	names_release(evidence->tests.items, evidence->tests.len);
	names_release(evidence->passing.items, evidence->passing.len);
	VEC_FREE(&evidence->passing);
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
	rosters_release(evidence);
	VEC_FREE(&evidence->runs);
	VEC_FREE(&evidence->tests);
	VEC_FREE(&evidence->signatures);
	VEC_FREE(&evidence->observations);
	VEC_FREE(&evidence->waits);
	VEC_FREE(&evidence->events);
	VEC_FREE(&evidence->earlier_waits);
	*evidence = (struct evidence){0};
}
