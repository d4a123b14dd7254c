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
	size_t *marks;  /* a test, in which turn it was marked */
};

static void count_runs(struct table *table)
{
	size_t start = 0;

	VEC_EACH (const struct observation, seen, &table->evidence->observations) {
		if (observation_is_evidence(table->evidence, seen)) {
			table->runs[seen->run].tests++;
			table->runs[seen->run].failures += observation_is_bad(seen);
			table->runs[seen->run].service |= seen->service_down;
		}
	}
	for (size_t i = 0; i < table->evidence->runs.len; i++) {
		table->runs[i].first = start;
		start += table->runs[i].failures;
	}
}

static void list_failed(struct table *table)
{
	size_t *next = mem_array(table->evidence->runs.len + 1, sizeof(*next));

	for (size_t i = 0; i < table->evidence->observations.len; i++) {
		const struct observation *seen = &table->evidence->observations.items[i];

		if (observation_is_evidence(table->evidence, seen) && observation_is_bad(seen)) {
			table->failed[table->runs[seen->run].first + next[seen->run]++] = i;
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
			lane->runs++;
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
static bool recurs(struct table *table, size_t run)
{
	double share = RECUR_SHARE * (double)table->lanes[table->lane[run]].runs;
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

	if (sum->service || share >= SHARE_MOST) {
		return true;
	}
	return (signature != NO_INDEX || is_unusual(table, run)) &&
	       table->lanes[table->lane[run]].newest != run && !recurs(table, run);
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
		.marks = mem_array(evidence->tests.len + 1, sizeof(*table.marks)),
	};

	count_runs(&table);
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
	free(table.marks);
}
