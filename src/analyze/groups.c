/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/groups.h"

#include "base/share.h"

#include <stdlib.h>

#define TOGETHER_LEAST 2
#define JACCARD_LEAST  0.5

#define TESTS_A_PART 16

/* In a run with more failures every pair would be looked at for little: such a run tells nothing more. */
#define TESTS_MOST 500

/* Pairs of a run and the judgement of a flaky test that failed in it, by one of both: those of number i lie from
 * ends[i - 1] to ends[i]. */
struct pairs {
	uint32_t *others;
	size_t *ends;
};

struct table {
	const struct evidence *evidence;
	struct flake_report *report;
	struct pairs failed; /* of each run: judgements, in order */
	struct pairs runs;   /* of each judgement: runs */
	/* By each worker, of each judgement: one of the same group; its own number at the top. Those of the first
	 * worker become those of all. */
	size_t *parents[SHARE_WORKERS_MOST];
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
	for (size_t i = 0; i < SHARE_WORKERS_MOST; i++) {
		free(table->parents[i]);
	}
}

static size_t pairs_start(const struct pairs *pairs, size_t i)
{
	return i > 0 ? pairs->ends[i - 1] : 0;
}

static bool is_flaky_failure(const struct table *table, const uint32_t *judged, size_t seen)
{
	return judged[seen] != NOT_JUDGED &&
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

static void list_failed(struct table *table, const uint32_t *judged)
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
			runs->others[runs->ends[judged[i]]++] = (uint32_t)run;
		}
	}
}

static size_t top_of(size_t *parents, size_t test)
{
	while (parents[test] != test) {
		parents[test] = parents[parents[test]];
		test = parents[test];
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

/* How often a test failed together with each of those in front of it. */
struct together {
	size_t *counts; /* of each judgement; 0 but for the others */
	size_t *others;
	size_t len;
};

/* The test failed in each of those runs, in which tests stand in order. */
static void count_together(const struct table *table, size_t test, struct together *out)
{
	const struct pairs *failed = &table->failed;

	out->len = 0;
	for (size_t i = pairs_start(&table->runs, test); i < table->runs.ends[test]; i++) {
		size_t run = table->runs.others[i];
		size_t first = pairs_start(failed, run), end = failed->ends[run];

		for (size_t at = first; end - first <= TESTS_MOST && failed->others[at] < test;
		     at++) {
			size_t other = failed->others[at];

			if (out->counts[other]++ == 0) {
				out->others[out->len++] = other;
			}
		}
	}
}

/* Joins the test with those that were counted, whose counts become 0 again. */
static void join_close(const struct table *table, size_t test, struct together *together,
		       size_t *parents)
{
	for (size_t i = 0; i < together->len; i++) {
		size_t other = together->others[i];

		if (is_close(table, test, other, together->counts[other])) {
			parents[top_of(parents, test)] = top_of(parents, other);
		}
		together->counts[other] = 0;
	}
}

static void find_close(struct share *share, size_t worker, void *payload)
{
	struct table *table = payload;
	size_t tests = table->report->tests.len;
	AUTO_FREE size_t *counts = mem_array(tests + 1, sizeof(*counts));
	AUTO_FREE size_t *others = mem_array(tests + 1, sizeof(*others));
	size_t *parents = mem_array(tests + 1, sizeof(*parents));
	struct together together = {.counts = counts, .others = others};
	struct part part;

	table->parents[worker] = parents;
	for (size_t i = 0; i < tests; i++) {
		parents[i] = i;
	}
	while (share_take(share, &part)) {
		for (size_t test = part.first; test < part.end; test++) {
			count_together(table, test, &together);
			join_close(table, test, &together, parents);
		}
	}
}

/* In whatever order pairs were found: the groups come out the same. */
static void join(struct table *table)
{
	size_t tests = table->report->tests.len;
	struct share share = {.count = tests, .step = TESTS_A_PART};
	size_t workers = share_workers(tests > 0 ? table->runs.ends[tests - 1] : 0, WORK_LEAST);
	size_t *all = NULL;

	share_out(&share, workers, find_close, table);
	all = table->parents[0];
	for (size_t worker = 1; worker < workers; worker++) {
		/* no parents: the system gave no thread */
		for (size_t i = 0; i < tests && table->parents[worker]; i++) {
			all[top_of(all, i)] = top_of(all, table->parents[worker][i]);
		}
	}
}

/* How many of each group failed in the run: half of them make it one of its runs. */
static void count_run(struct table *table, size_t run, size_t *together)
{
	const uint32_t *failed = table->failed.others;
	size_t first = pairs_start(&table->failed, run), end = table->failed.ends[run];

	for (size_t i = first; i < end; i++) {
		size_t group = table->report->tests.items[failed[i]].group;

		together[group == NO_INDEX ? table->report->tests.len : group]++;
	}
	for (size_t i = first; i < end; i++) {
		size_t group = table->report->tests.items[failed[i]].group;

		if (group != NO_INDEX &&
		    together[group] * 2 >= table->report->groups.items[group].tests) {
			table->report->groups.items[group].runs++;
		}
		together[group == NO_INDEX ? table->report->tests.len : group] = 0;
	}
}

static void number_groups(struct table *table)
{
	struct flake_report *report = table->report;
	AUTO_FREE size_t *sizes = mem_array(report->tests.len + 1, sizeof(*sizes));
	AUTO_FREE size_t *numbers = mem_array(report->tests.len + 1, sizeof(*numbers));

	for (size_t i = 0; i < report->tests.len; i++) {
		sizes[top_of(table->parents[0], i)]++;
	}
	for (size_t i = 0; i < report->tests.len; i++) {
		size_t top = top_of(table->parents[0], i);

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

void groups_find(const struct evidence *evidence, const uint32_t *judged,
		 struct flake_report *report)
{
	AUTO_FREE size_t *together = mem_array(report->tests.len + 1, sizeof(*together));
	CLEANUP(table_end)
	struct table table = {
		.evidence = evidence,
		.report = report,
	};

	list_failed(&table, judged);
	join(&table);
	number_groups(&table);
	for (size_t run = 0; run < evidence->runs.len; run++) {
		count_run(&table, run, together);
	}
}
