/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What judging a long history takes: CPU time of analyze_flakes() for each failure.
 *
 *	judge_pass [TESTS [COMMITS [ROUNDS]]]
 *
 * Three runs a commit. One test in a hundred is flaky, at a rate of its own; every tenth commit breaks a
 * block of 110 tests in the mean, for one to five commits. Nothing is read: the evidence is made in memory.
 */
#include "analyze/flakes.h"
#include "cpu.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define RUNS_A_COMMIT 3
#define WINDOW_US     (INT64_C(90) * 86400 * 1000000)
#define FIRST_US      (INT64_C(1767225600) * 1000000)

struct block {
	size_t first_test, end_test;
	size_t first_commit, end_commit;
};

struct block_list {
	VEC(struct block)
};

/* The same numbers each time. */
static double chance(void)
{
	static uint64_t state = 88172645463325252U;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (double)(state >> 11) / 9007199254740992.0;
}

static void make_blocks(size_t tests, size_t commits, struct block_list *out)
{
	for (size_t commit = 0; commit < commits; commit++) {
		size_t first = (size_t)(chance() * (double)tests);
		size_t width = (size_t)(-110 * log1p(-chance()));
		size_t lasts = 1 + (size_t)(chance() * 5);

		if (commit % 10 == 0) {
			*VEC_PUSH(out) =
				(struct block){first, first + width, commit, commit + lasts};
		}
	}
}

static void make_runs(struct evidence *out, size_t tests, size_t commits)
{
	static const char *const branches[] = {"main", "main", "main",    "main",
					       "main", "next", "topic-1", "topic-2"};
	size_t count = commits * RUNS_A_COMMIT;

	for (size_t i = 0; i < count; i++) {
		struct run_facts *run = VEC_PUSH(&out->runs);
		size_t commit = i / RUNS_A_COMMIT;

		run->key = mem_fmt("%zu", i);
		run->job = mem_str("unit");
		run->variant = mem_str("");
		run->command = mem_str("");
		run->commit = mem_fmt("%040zx", commit + 1);
		run->source = mem_fmt("%040zx", commit + 1);
		run->branch = mem_str(branches[commit * 7 / 3 % ARRAY_LEN(branches)]);
		run->outcome = RUN_FAILED;
		run->tests = tests;
		run->started_us = FIRST_US + WINDOW_US / (int64_t)count * (int64_t)i;
		run->duration_us = INT64_C(60000000);
		if (commit > 0) {
			strv_fmt(&run->parents, "%040zx", commit);
		}
	}
	out->newest_run_us = out->runs.items[count - 1].started_us;
}

static bool is_broken(const struct block_list *blocks, size_t test, size_t commit)
{
	VEC_EACH (const struct block, block, blocks) {
		if (commit >= block->first_commit && commit < block->end_commit &&
		    test >= block->first_test && test < block->end_test) {
			return true;
		}
	}
	return false;
}

/* Of all blocks those that the test is in. */
static void blocks_of(const struct block_list *all, size_t test, struct block_list *out)
{
	out->len = 0;
	VEC_EACH (const struct block, block, all) {
		if (test >= block->first_test && test < block->end_test) {
			*VEC_PUSH(out) = *block;
		}
	}
}

/* As a history has it: one list of tests for all runs, whatever came of them. */
static void make_roster(struct evidence *out)
{
	size_t roster = evidence_add_roster(out);

	for (size_t test = 0; test < out->tests.len; test++) {
		evidence_put_on_roster(out, roster, test, false);
	}
	VEC_EACH (struct run_facts, run, &out->runs) {
		run->roster = roster + 1;
	}
}

static void make_test(struct evidence *out, const struct block_list *blocks, size_t test)
{
	double luck = chance();
	double rate = test % 100 == 0 ? 0.005 + 0.4 * luck * luck : 0;

	for (size_t run = 0; run < out->runs.len; run++) {
		struct observation *seen = NULL;

		if (!is_broken(blocks, test, run / RUNS_A_COMMIT) &&
		    (rate <= 0 || chance() >= rate)) {
			continue;
		}
		seen = VEC_PUSH(&out->observations);
		*seen = (struct observation){.run = run,
					     .test = test,
					     .first = OUTCOME_FAILED,
					     .duration_us = 1000,
					     .signature = test,
					     .has_signature = true};
	}
}

static void make(struct evidence *out, size_t tests, size_t commits)
{
	struct block_list blocks = {0}, own = {0};

	make_blocks(tests, commits, &blocks);
	make_runs(out, tests, commits);
	for (size_t test = 0; test < tests; test++) {
		struct test_facts *facts = VEC_PUSH(&out->tests);
		struct signature_facts *signature = VEC_PUSH(&out->signatures);

		facts->name.class_name = mem_fmt("Thing%zuTest", test / 25);
		facts->name.name = mem_fmt("keepsTotalOfInput%zu", test);
		test_name_id(&facts->name, facts->id);
		signature->example = mem_str("AssertionError: expected: 3 but was: 4");
		(void)snprintf(signature->id, sizeof(signature->id), "%016zx", test);
	}
	make_roster(out);
	for (size_t test = 0; test < tests; test++) {
		blocks_of(&blocks, test, &own);
		make_test(out, &own, test);
	}
	out->tests_seen = tests;
	VEC_FREE(&blocks);
	VEC_FREE(&own);
}

static size_t number(int argc, char **argv, int at, size_t usual)
{
	return argc > at ? strtoul(argv[at], NULL, 10) : usual;
}

int main(int argc, char **argv)
{
	size_t tests = number(argc, argv, 1, 20000), commits = number(argc, argv, 2, 6000);
	size_t rounds = number(argc, argv, 3, 3);
	CLEANUP(evidence_release) struct evidence evidence = {0};

	if (tests == 0 || commits == 0) {
		fprintf(stderr, "usage: judge_pass [TESTS [COMMITS [ROUNDS]]]\n");
		return 2;
	}
	make(&evidence, tests, commits);
	for (size_t i = 0; i < rounds; i++) {
		CLEANUP(flake_report_release) struct flake_report report = {0};
		double before = cpu_ms(), ms = 0;

		analyze_flakes(&evidence, NULL, &report);
		ms = cpu_ms() - before;
		printf("%zu tests, %zu runs, %zu failures: %zu flaky, %zu fixed; %.0f ms, %.0f ns "
		       "a failure\n",
		       tests, evidence.runs.len, evidence.observations.len,
		       report.count[STATE_FLAKY], report.count[STATE_FIXED], ms,
		       ms * 1e6 / (double)(evidence.observations.len + 1));
	}
	return 0;
}
