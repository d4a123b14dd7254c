/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/groups.h"

#include <stdlib.h>

#define TOGETHER_LEAST 2
#define JACCARD_LEAST  0.5

/* In a run with more failures every pair would be looked at for little: such a run tells nothing more. */
#define TESTS_MOST 500

struct size_list {
	VEC(size_t)
};

struct table {
	const struct evidence *evidence;
	struct flake_report *report;
	struct size_list *failed; /* of each run: judgements of flaky tests that failed in it */
	struct size_list *runs;   /* the same the other way round: of each judgement */
	size_t *parent;   /* of each judgement: of the same group; its own number at the top */
	size_t *together; /* with the judgement at hand, of each judgement */
};

static void table_end(struct table *table)
{
	for (size_t i = 0; i < table->evidence->runs.len; i++) {
		VEC_FREE(&table->failed[i]);
	}
	for (size_t i = 0; i < table->report->tests.len; i++) {
		VEC_FREE(&table->runs[i]);
	}
	free(table->failed);
	free(table->runs);
	free(table->parent);
	free(table->together);
}

static void list_failed(struct table *table, const size_t *judged)
{
	for (size_t i = 0; i < table->evidence->observations.len; i++) {
		const struct observation *seen = &table->evidence->observations.items[i];

		if (judged[i] != NO_INDEX && observation_is_bad(seen) &&
		    table->report->tests.items[judged[i]].state == STATE_FLAKY) {
			*VEC_PUSH(&table->failed[seen->run]) = judged[i];
			*VEC_PUSH(&table->runs[judged[i]]) = seen->run;
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
static void join(struct table *table, size_t test)
{
	struct size_list others = {0};

	VEC_EACH (const size_t, run, &table->runs[test]) {
		const struct size_list *failed = &table->failed[*run];

		for (size_t j = 0; failed->len <= TESTS_MOST && failed->items[j] < test; j++) {
			size_t other = failed->items[j];

			if (table->together[other]++ == 0) {
				*VEC_PUSH(&others) = other;
			}
		}
	}
	VEC_EACH (const size_t, other, &others) {
		if (is_close(table, test, *other, table->together[*other])) {
			table->parent[top_of(table, test)] = top_of(table, *other);
		}
		table->together[*other] = 0;
	}
	VEC_FREE(&others);
}

/* How many of each group failed in the run: half of them make it one of its runs. */
static void count_runs(struct table *table)
{
	for (size_t run = 0; run < table->evidence->runs.len; run++) {
		VEC_EACH (const size_t, test, &table->failed[run]) {
			size_t group = table->report->tests.items[*test].group;

			table->together[group == NO_INDEX ? table->report->tests.len : group]++;
		}
		VEC_EACH (const size_t, test, &table->failed[run]) {
			size_t group = table->report->tests.items[*test].group;

			if (group != NO_INDEX && table->together[group] * 2 >=
							 table->report->groups.items[group].tests) {
				table->report->groups.items[group].runs++;
			}
			table->together[group == NO_INDEX ? table->report->tests.len : group] = 0;
		}
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
	CLEANUP(table_end)
	struct table table = {
		.evidence = evidence,
		.report = report,
		.failed = mem_array(evidence->runs.len + 1, sizeof(*table.failed)),
		.runs = mem_array(report->tests.len + 1, sizeof(*table.runs)),
		.parent = mem_array(report->tests.len + 1, sizeof(*table.parent)),
		.together = mem_array(report->tests.len + 1, sizeof(*table.together)),
	};

	list_failed(&table, judged);
	for (size_t i = 0; i < report->tests.len; i++) {
		table.parent[i] = i;
		join(&table, i);
	}
	number_groups(&table);
	count_runs(&table);
}
