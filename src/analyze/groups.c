/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/groups.h"

#include <stdlib.h>

#define TOGETHER_LEAST 2
#define JACCARD_LEAST  0.5

/* In a run with more failures every pair would be looked at for little: such a run tells nothing more. */
#define TESTS_MOST 500

/* Pairs of a run and the judgement of a flaky test that failed in it, by one of both: those of number i lie from
 * ends[i - 1] to ends[i]. */
struct pairs {
	size_t *others, *ends;
};

struct table {
	const struct evidence *evidence;
	struct flake_report *report;
	struct pairs failed; /* of each run: judgements, in order */
	struct pairs runs;   /* of each judgement: runs */
	size_t *parent;      /* of each judgement: of the same group; its own number at the top */
	size_t *together;    /* with the judgement at hand, of each judgement */
};

static void pairs_release(struct pairs *pairs)
{
	free(pairs->others);
	free(pairs->ends);
}

static void table_end(struct table *table)
{
	pairs_release(&table->failed);
	pairs_release(&table->runs);
	free(table->parent);
	free(table->together);
}

static size_t pairs_start(const struct pairs *pairs, size_t i)
{
	return i > 0 ? pairs->ends[i - 1] : 0;
}

static bool is_flaky_failure(const struct table *table, const size_t *judged, size_t seen)
{
	return judged[seen] != NO_INDEX &&
	       table->report->tests.items[judged[seen]].state == STATE_FLAKY &&
	       observation_is_bad(&table->evidence->observations.items[seen]);
}

/* From how many pairs each number has to where they begin; putting them in moves that to their ends. */
static void begin(struct pairs *pairs, size_t count)
{
	size_t sum = 0;

	for (size_t i = 0; i < count; i++) {
		size_t own = pairs->ends[i];

		pairs->ends[i] = sum;
		sum += own;
	}
	pairs->others = mem_array(sum + 1, sizeof(*pairs->others));
}

static void list_failed(struct table *table, const size_t *judged)
{
	const struct evidence *evidence = table->evidence;
	struct pairs *failed = &table->failed, *runs = &table->runs;

	failed->ends = mem_array(evidence->runs.len + 1, sizeof(*failed->ends));
	runs->ends = mem_array(table->report->tests.len + 1, sizeof(*runs->ends));
	for (size_t i = 0; i < evidence->observations.len; i++) {
		if (is_flaky_failure(table, judged, i)) {
			failed->ends[evidence->observations.items[i].run]++;
			runs->ends[judged[i]]++;
		}
	}
	begin(failed, evidence->runs.len);
	begin(runs, table->report->tests.len);
	for (size_t i = 0; i < evidence->observations.len; i++) {
		if (is_flaky_failure(table, judged, i)) {
			size_t run = evidence->observations.items[i].run;

			failed->others[failed->ends[run]++] = judged[i];
			runs->others[runs->ends[judged[i]]++] = run;
		}
	}
}

static size_t top_of(const struct table *table, size_t test)
{
	while (table->parent[test] != test) {
		table->parent[test] = table->parent[table->parent[test]];
		test = table->parent[test];
	}
	return test;
}

/* Of two sets of runs the share that both have. */
static bool is_close(const struct table *table, size_t a, size_t b, size_t both)
{
	size_t all = table->report->tests.items[a].failures +
		     table->report->tests.items[b].failures - both;

	return both >= TOGETHER_LEAST && (double)both >= JACCARD_LEAST * (double)all;
}

/* Joins the test with those in front of it. It failed in each of those runs, in which tests stand in order. */
static void join(struct table *table, size_t test, size_t *others)
{
	const struct pairs *failed = &table->failed;
	size_t count = 0;

	for (size_t i = pairs_start(&table->runs, test); i < table->runs.ends[test]; i++) {
		size_t run = table->runs.others[i];
		size_t at = pairs_start(failed, run);

		for (; failed->ends[run] - pairs_start(failed, run) <= TESTS_MOST &&
		       failed->others[at] < test;
		     at++) {
			size_t other = failed->others[at];

			if (table->together[other]++ == 0) {
				others[count++] = other;
			}
		}
	}
	for (size_t i = 0; i < count; i++) {
		if (is_close(table, test, others[i], table->together[others[i]])) {
			table->parent[top_of(table, test)] = top_of(table, others[i]);
		}
		table->together[others[i]] = 0;
	}
}

/* How many of each group failed in the run: half of them make it one of its runs. */
static void count_run(struct table *table, size_t run)
{
	const size_t *failed = table->failed.others;
	size_t first = pairs_start(&table->failed, run), end = table->failed.ends[run];

	for (size_t i = first; i < end; i++) {
		size_t group = table->report->tests.items[failed[i]].group;

		table->together[group == NO_INDEX ? table->report->tests.len : group]++;
	}
	for (size_t i = first; i < end; i++) {
		size_t group = table->report->tests.items[failed[i]].group;

		if (group != NO_INDEX &&
		    table->together[group] * 2 >= table->report->groups.items[group].tests) {
			table->report->groups.items[group].runs++;
		}
		table->together[group == NO_INDEX ? table->report->tests.len : group] = 0;
	}
}

static void number_groups(struct table *table)
{
	struct flake_report *report = table->report;
	AUTO_FREE size_t *sizes = mem_array(report->tests.len + 1, sizeof(*sizes));
	AUTO_FREE size_t *numbers = mem_array(report->tests.len + 1, sizeof(*numbers));

	for (size_t i = 0; i < report->tests.len; i++) {
		sizes[top_of(table, i)]++;
	}
	for (size_t i = 0; i < report->tests.len; i++) {
		size_t top = top_of(table, i);

		if (sizes[top] < 2) {
			continue;
		}
		if (numbers[top] == 0) {
			VEC_PUSH(&report->groups)->tests = sizes[top];
			numbers[top] = report->groups.len;
		}
		report->tests.items[i].group = numbers[top] - 1;
	}
}

void groups_find(const struct evidence *evidence, const size_t *judged, struct flake_report *report)
{
	AUTO_FREE size_t *others = mem_array(report->tests.len + 1, sizeof(*others));
	CLEANUP(table_end)
	struct table table = {
		.evidence = evidence,
		.report = report,
		.parent = mem_array(report->tests.len + 1, sizeof(*table.parent)),
		.together = mem_array(report->tests.len + 1, sizeof(*table.together)),
	};

	list_failed(&table, judged);
	for (size_t i = 0; i < report->tests.len; i++) {
		table.parent[i] = i;
		join(&table, i, others);
	}
	number_groups(&table);
	for (size_t run = 0; run < evidence->runs.len; run++) {
		count_run(&table, run);
	}
}
