/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/mass.h"

#include "base/map.h"
#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

#define FAILURES_LEAST 6
#define SHARE_LEAST    0.05 /* of all tests of the run */
#define SHARE_MOST     0.5  /* so many fail by no chance, and by no single fault */
#define SHARE_ALIKE    0.5  /* of the failures, that share a signature */
#define SIGMAS         3.0
#define RUNS_USUAL     5 /* others of the job, to know what is usual */
#define RECUR_LEAST    3
#define RECUR_SHARE    0.02 /* of the job's runs */
#define RECUR_MOST     0.2  /* the same of a run in which half of all failed */
#define BROKEN_SHARE   0.5  /* of the job's runs: a test that fails in so many is no news in any */

struct run_sum {
	size_t tests, failures;
	size_t first; /* of its failures in `failed` */
	bool service; /* failures were put down to one */
};

struct lane_sum {
	size_t runs;
	double sum, squares; /* of failures */
	size_t newest;       /* run */
};

struct table {
	const struct evidence *evidence;
	const size_t *lane;
	struct run_sum *runs;
	struct lane_sum *lanes;
	size_t *failed; /* observations, run by run */
	bool *is_news;  /* of each observation: a failure, of a test that passes in most runs */
	size_t *marks;  /* a test, in which turn it was marked */
};

/* Evidence, and a failure. */
static bool is_failure(const struct table *table, const struct observation *seen)
{
	return observation_is_evidence(table->evidence, seen) && observation_is_bad(seen);
}

static void count_tests(struct table *table)
{
	for (size_t i = 0; i < table->evidence->runs.len; i++) {
		const struct run_facts *run = &table->evidence->runs.items[i];

		table->runs[i].tests = run_is_evidence(run->outcome) ? run->tests : 0;
		table->lanes[table->lane[i]].runs += table->runs[i].tests > 0;
	}
}

/* The failures of one test, from `first` to in front of `end`. `failures` is one number a lane, all 0. */
static void count_test(struct table *table, size_t first, size_t end, size_t *failures)
{
	const struct observation *all = table->evidence->observations.items;

	for (size_t i = first; i < end; i++) {
		failures[table->lane[all[i].run]] += is_failure(table, &all[i]);
	}
	for (size_t i = first; i < end; i++) {
		struct run_sum *run = &table->runs[all[i].run];
		size_t lane = table->lane[all[i].run];
		bool broken =
			(double)failures[lane] > BROKEN_SHARE * (double)table->lanes[lane].runs;

		if (!is_failure(table, &all[i])) {
			continue;
		}
		table->is_news[i] = !broken || table->lanes[lane].runs <= RUNS_USUAL;
		run->failures += table->is_news[i];
		run->tests -= !table->is_news[i] && run->tests > 0;
		run->service |= all[i].service_down;
	}
	for (size_t i = first; i < end; i++) {
		failures[table->lane[all[i].run]] = 0;
	}
}

static void count_failures(struct table *table, size_t lanes)
{
	const struct evidence *evidence = table->evidence;
	AUTO_FREE size_t *failures = mem_array(lanes + 1, sizeof(*failures));
	size_t first = 0, start = 0;

	for (size_t i = 1; i <= evidence->observations.len; i++) {
		if (i == evidence->observations.len ||
		    evidence->observations.items[i].test !=
			    evidence->observations.items[first].test) {
			count_test(table, first, i, failures);
			first = i;
		}
	}
	for (size_t i = 0; i < evidence->runs.len; i++) {
		table->runs[i].first = start;
		start += table->runs[i].failures;
	}
}

static void list_failed(struct table *table)
{
	size_t *next = mem_array(table->evidence->runs.len + 1, sizeof(*next));

	for (size_t i = 0; i < table->evidence->observations.len; i++) {
		size_t run = table->evidence->observations.items[i].run;

		if (table->is_news[i]) {
			table->failed[table->runs[run].first + next[run]++] = i;
		}
	}
	free(next);
}

static void sum_lanes(struct table *table)
{
	for (size_t i = 0; i < table->evidence->runs.len; i++) {
		struct lane_sum *lane = &table->lanes[table->lane[i]];
		double failures = (double)table->runs[i].failures;

		if (table->runs[i].tests > 0) {
			lane->sum += failures;
			lane->squares += failures * failures;
			lane->newest = i;
		}
	}
}

static bool is_unusual(const struct table *table, size_t run)
{
	const struct lane_sum *lane = &table->lanes[table->lane[run]];
	double failures = (double)table->runs[run].failures;
	double others = (double)lane->runs - 1, mean = 0, variance = 0;

	if (lane->runs <= RUNS_USUAL) {
		return false;
	}
	mean = (lane->sum - failures) / others;
	variance = (lane->squares - failures * failures) / others - mean * mean;
	return failures > mean + SIGMAS * sqrt(fmax(variance, 0));
}

/* The signature that most of the failures share, as one of these tests has it. */
static size_t shared_signature(const struct table *table, const struct run_sum *run)
{
	const struct evidence *evidence = table->evidence;
	CLEANUP(map_release) struct map counts = {0};
	size_t best = NO_INDEX, most = 0;

	for (size_t i = 0; i < run->failures; i++) {
		const struct observation *seen =
			&evidence->observations.items[table->failed[run->first + i]];
		size_t count = 0;

		if (!seen->has_signature || seen->signature >= evidence->signatures.len) {
			continue;
		}
		map_get(&counts, evidence->signatures.items[seen->signature].id, &count);
		map_put(&counts, evidence->signatures.items[seen->signature].id, ++count);
		if (count > most) {
			most = count;
			best = seen->signature;
		}
	}
	return (double)most >= SHARE_ALIKE * (double)run->failures ? best : NO_INDEX;
}

/* Marks the tests that failed in the run, or counts those that are marked. */
static size_t compare(struct table *table, size_t run, size_t turn, bool marks)
{
	const struct run_sum *sum = &table->runs[run];
	size_t count = 0;

	for (size_t i = 0; i < sum->failures; i++) {
		size_t test =
			table->evidence->observations.items[table->failed[sum->first + i]].test;

		count += table->marks[test] == turn;
		table->marks[test] = marks ? turn : table->marks[test];
	}
	return count;
}

/* Are there enough runs of its job whose failed tests are for the most part the same? It is one of
 * them. */
static bool recurs(struct table *table, size_t run, double how_often)
{
	double share = how_often * (double)table->lanes[table->lane[run]].runs;
	size_t enough = share < RECUR_LEAST ? RECUR_LEAST : (size_t)share + 1;
	size_t own = table->runs[run].failures, alike = 0;

	compare(table, run, run + 1, true);
	for (size_t i = 0; i < table->evidence->runs.len && alike < enough; i++) {
		size_t other = table->runs[i].failures;

		if (table->lane[i] == table->lane[run] && other * 2 >= own && other <= own * 2) {
			/* half of those that failed in either failed in both */
			alike += 3 * compare(table, i, run + 1, false) >= own + other;
		}
	}
	return alike >= enough;
}

static bool is_incident(struct table *table, size_t run, size_t signature)
{
	const struct run_sum *sum = &table->runs[run];
	double share = (double)sum->failures / (double)sum->tests;

	if (sum->service) {
		return true;
	}
	if (share >= SHARE_MOST) {
		return !recurs(table, run, RECUR_MOST);
	}
	return (signature != NO_INDEX || is_unusual(table, run)) &&
	       table->lanes[table->lane[run]].newest != run && !recurs(table, run, RECUR_SHARE);
}

static bool is_many(const struct run_sum *sum)
{
	return sum->failures >= FAILURES_LEAST &&
	       (double)sum->failures >= SHARE_LEAST * (double)sum->tests;
}

void mass_find(const struct evidence *evidence, const struct run_numbers *numbers,
	       struct mass_list *out)
{
	struct table table = {
		.evidence = evidence,
		.lane = numbers->lane,
		.runs = mem_array(evidence->runs.len + 1, sizeof(*table.runs)),
		.lanes = mem_array(numbers->lanes + 1, sizeof(*table.lanes)),
		.failed = mem_array(evidence->observations.len + 1, sizeof(*table.failed)),
		.is_news = mem_array(evidence->observations.len + 1, sizeof(*table.is_news)),
		.marks = mem_array(evidence->tests.len + 1, sizeof(*table.marks)),
	};

	count_tests(&table);
	count_failures(&table, numbers->lanes);
	list_failed(&table);
	sum_lanes(&table);
	for (size_t i = 0; i < evidence->runs.len; i++) {
		size_t signature = NO_INDEX;

		if (!is_many(&table.runs[i])) {
			continue;
		}
		signature = shared_signature(&table, &table.runs[i]);
		if (is_incident(&table, i, signature)) {
			*VEC_PUSH(out) = (struct mass_failure){
				.run = i,
				.failures = table.runs[i].failures,
				.tests = table.runs[i].tests,
				.has_signature = signature != NO_INDEX,
				.signature = signature,
			};
		}
	}
	free(table.runs);
	free(table.lanes);
	free(table.failed);
	free(table.is_news);
	free(table.marks);
}
