/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "autopsy/sample.h"

#include <limits.h>
#include <unistd.h>

/* One thread of this very process, blocked in call 1 with 100 ns of CPU time so far. */
static void blocked(struct facts *facts, pid_t tid)
{
	struct proc_fact *proc = VEC_PUSH(&facts->procs);
	struct thread_fact *thread = VEC_PUSH(&facts->threads);

	proc->pid = getpid();
	*thread = (struct thread_fact){.tid = tid, .start = 7, .state = 'S', .cpu_ns = 100};
	thread->call = (struct call){.state = CALL_BLOCKED, .number = 1, .sp = 5};
}

enum change { SAME, CPU, CALL, STACK, REUSED, READY, NEW };

static void change(struct thread_fact *thread, enum change what)
{
	thread->cpu_ns += what == CPU ? 50 : 0;
	thread->call.number += what == CALL ? 1 : 0;
	thread->call.sp += what == STACK ? 8 : 0;
	thread->start += what == REUSED ? 1 : 0;
	thread->tid += what == NEW ? 1 : 0;
	thread->state = what == READY ? 'R' : 'S';
}

static void test_who_stood_still(void **state)
{
	static const struct {
		enum change what;
		bool still;
		uint64_t spent;
	} rows[] = {
		{SAME, true, 0},   {CPU, false, 50},     {CALL, false, 0},  {STACK, false, 0},
		{READY, false, 0}, {REUSED, false, 100}, {NEW, false, 100},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(facts_release) struct facts facts = {0};
		CLEANUP(autopsy_sample_release) struct autopsy_sample first = {0};

		blocked(&facts, 41);
		sample_make(&facts, 1000, &first);
		change(&facts.threads.items[0], rows[i].what);
		sample_since(&first, 5000, &facts);
		sample_compare(&first, &facts);
		assert_int_equal(facts.threads.items[0].still, rows[i].still);
		assert_int_equal(facts.threads.items[0].cpu_ns, rows[i].spent);
		assert_int_equal(facts.threads.items[0].same_us, rows[i].still ? 4000 : 0);
		assert_false(facts.threads.items[0].runs);
	}
}

static void test_ready_in_both(void **state)
{
	CLEANUP(facts_release) struct facts facts = {0};
	CLEANUP(autopsy_sample_release) struct autopsy_sample first = {0};

	(void)state;
	blocked(&facts, 41);
	facts.threads.items[0].state = 'R';
	sample_make(&facts, 0, &first);
	sample_compare(&first, &facts);
	assert_true(facts.threads.items[0].runs);
}

/* This thread runs while it looks, the other one does not exist: neither stood still. */
static void test_confirming(void **state)
{
	pid_t tids[] = {getpid(), INT_MAX};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(tids); i++) {
		CLEANUP(facts_release) struct facts facts = {0};
		CLEANUP(autopsy_sample_release) struct autopsy_sample second = {0};
		struct budget budget = {.deadline_us = INT64_MAX};

		blocked(&facts, tids[i]);
		facts.threads.items[0].still = true;
		sample_make(&facts, 0, &second);
		sample_confirm(&second, &facts, &budget);
		assert_false(facts.threads.items[0].still);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_stood_still),
		cmocka_unit_test(test_ready_in_both),
		cmocka_unit_test(test_confirming),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
