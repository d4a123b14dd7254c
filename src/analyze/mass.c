/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/mass.h"

#include "base/map.h"
#include "base/mem.h"
#include "base/str.h"

#include <math.h>
#include <stdlib.h>

#define FAILURES_LEAST 6
#define SHARE_LEAST    0.05 /* of all tests of the run */
#define FEW_LEAST      3    /* where they are */
#define FEW_SHARE      0.3  /* so much of a small suite, */
#define FEW_ALIKE      0.7  /* or so many of them have one signature, */
#define FEW_RUNS       2    /* which no more runs have */
#define SHARE_MOST     0.5  /* so many fail by no chance, and by no single fault */
#define SHARE_ALIKE    0.5  /* of the failures, that share a signature */
#define SIGMAS         3.0
#define RUNS_USUAL     5 /* others of the job, to know what is usual */
#define RECUR_LEAST    3
#define RECUR_SHARE    0.02 /* of the job's runs */
#define RECUR_MOST     0.2  /* the same of a run in which half of all failed */
#define LASTS_LEAST    3    /* runs in a row that look alike are a break */
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
	const struct run_numbers *numbers;
	const size_t *order; /* by lane and line, then as on the timeline; borrowed */
	size_t *rank;        /* of each run: its place in that order */
	struct run_sum *runs;
	struct lane_sum *lanes;
	size_t *failed; /* observations, run by run: of those with `listed` failures */
	size_t listed;
	bool *is_news; /* of each observation: a failure, of a test that passes in most runs */
	size_t *marks; /* a test, in which turn it was marked */
};

static void table_end(struct table *table)
{
	free(table->rank);
	free(table->runs);
	free(table->lanes);
	free(table->failed);
	free(table->is_news);
	free(table->marks);
}

static struct lane_sum *lane_of(const struct table *table, size_t run)
{
	return &table->lanes[table->numbers->lane[run]];
}

static bool same_lane(const struct table *table, size_t a, size_t b)
{
	return table->numbers->lane[a] == table->numbers->lane[b];
}

/* The i-th of those of a run. */
static const struct observation *failure_of(const struct table *table, const struct run_sum *run,
					    size_t i)
{
	return &table->evidence->observations.items[table->failed[run->first + i]];
}

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
		lane_of(table, i)->runs += table->runs[i].tests > 0;
	}
}

/* The failures of one test, from `first` to in front of `end`. `failures` is one number a lane, all 0. */
static void count_test(struct table *table, size_t first, size_t end, size_t *failures)
{
	const struct observation *all = table->evidence->observations.items;
	const size_t *lane = table->numbers->lane;

	for (size_t i = first; i < end; i++) {
		table->is_news[i] = is_failure(table, &all[i]);
		failures[lane[all[i].run]] += table->is_news[i];
	}
	for (size_t i = first; i < end; i++) {
		struct run_sum *run = &table->runs[all[i].run];
		size_t runs = lane_of(table, all[i].run)->runs;
		bool broken = (double)failures[lane[all[i].run]] > BROKEN_SHARE * (double)runs;

		if (!table->is_news[i]) {
			continue;
		}
		table->is_news[i] = !broken || runs <= RUNS_USUAL;
		run->failures += table->is_news[i];
		run->tests -= !table->is_news[i] && run->tests > 0;
		run->service |= all[i].service_down;
	}
	for (size_t i = first; i < end; i++) {
		failures[lane[all[i].run]] = 0;
	}
}

static void count_failures(struct table *table, size_t lanes)
{
	const struct evidence *evidence = table->evidence;
	AUTO_FREE size_t *failures = mem_array(lanes + 1, sizeof(*failures));
	size_t first = 0;

	for (size_t i = 1; i <= evidence->observations.len; i++) {
		if (i == evidence->observations.len ||
		    evidence->observations.items[i].test !=
			    evidence->observations.items[first].test) {
			count_test(table, first, i, failures);
			first = i;
		}
	}
}

static bool is_many(const struct run_sum *sum)
{
	double failures = (double)sum->failures, tests = (double)sum->tests;

	return sum->failures >= FEW_LEAST && failures >= SHARE_LEAST * tests;
}

/* What an incident is compared with has half as many failures at least; but few failures are compared with all. */
static void find_listed(struct table *table)
{
	table->listed = SIZE_MAX;
	for (size_t i = 0; i < table->evidence->runs.len; i++) {
		const struct run_sum *run = &table->runs[i];
		size_t least = run->failures < FAILURES_LEAST ? 1 : run->failures / 2;

		if (is_many(run) && least < table->listed) {
			table->listed = least;
		}
	}
}

static void list_failed(struct table *table)
{
	size_t runs = table->evidence->runs.len, start = 0;
	AUTO_FREE size_t *next = mem_array(runs + 1, sizeof(*next));

	for (size_t i = 0; i < runs; i++) {
		table->runs[i].first = start;
		next[i] = table->runs[i].failures >= table->listed ? start : NO_INDEX;
		start += table->runs[i].failures >= table->listed ? table->runs[i].failures : 0;
	}
	table->failed = mem_array(start + 1, sizeof(*table->failed));
	for (size_t i = 0; i < table->evidence->observations.len; i++) {
		size_t run = table->evidence->observations.items[i].run;

		if (table->is_news[i] && next[run] != NO_INDEX) {
			table->failed[next[run]++] = i;
		}
	}
}

static void sum_lanes(struct table *table)
{
	for (size_t i = 0; i < table->evidence->runs.len; i++) {
		struct lane_sum *lane = lane_of(table, i);
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
	const struct lane_sum *lane = lane_of(table, run);
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
		const struct observation *seen = failure_of(table, run, i);
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
		size_t test = failure_of(table, sum, i)->test;

		count += table->marks[test] == turn;
		table->marks[test] = marks ? turn : table->marks[test];
	}
	return count;
}

/* For the most part the same tests failed in it as in the run whose tests are marked. */
static bool is_alike(struct table *table, size_t run, size_t other)
{
	size_t own = table->runs[run].failures, others = table->runs[other].failures;

	/* half of those that failed in either failed in both */
	return others * 2 >= own && others <= own * 2 &&
	       3 * compare(table, other, run + 1, false) >= own + others;
}

/* Are there enough runs of its job that look like it? It is one of them. */
static bool recurs(struct table *table, size_t run, double how_often)
{
	double share = how_often * (double)lane_of(table, run)->runs;
	size_t enough = share < RECUR_LEAST ? RECUR_LEAST : (size_t)share + 1;
	size_t alike = 0;

	for (size_t i = 0; i < table->evidence->runs.len && alike < enough; i++) {
		alike += same_lane(table, i, run) && is_alike(table, run, i);
	}
	return alike >= enough;
}

static bool is_neighbour(const struct table *table, size_t run, size_t other)
{
	return same_lane(table, other, run) &&
	       table->numbers->line[other] == table->numbers->line[run];
}

/* How many runs in front of it, or behind it, on its line look like it without one between that does not. */
static size_t row_of(struct table *table, size_t run, bool ahead)
{
	size_t count = 0, rank = table->rank[run];

	while (ahead ? rank + 1 < table->evidence->runs.len : rank > 0) {
		size_t other = table->order[ahead ? ++rank : --rank];

		if (!is_neighbour(table, run, other)) {
			break;
		}
		if (table->runs[other].tests == 0) {
			continue;
		}
		if (!is_alike(table, run, other)) {
			break;
		}
		count++;
	}
	return count;
}

enum mass_course { COURSE_UNKNOWN, COURSE_LASTS, COURSE_ACCIDENT };

/* What fails in all runs of one content, or in some in a row, is broken, however much of it there is; a run of
 * the same content that does not look like it tells of an accident. */
static enum mass_course course_of(struct table *table, size_t run)
{
	size_t source = table->numbers->source[run], alike = 0, other = 0;

	for (size_t i = 0; i < table->evidence->runs.len && source != NO_INDEX; i++) {
		if (i != run && same_lane(table, i, run) && table->numbers->source[i] == source &&
		    table->runs[i].tests > 0) {
			bool same = is_alike(table, run, i);

			alike += same;
			other += !same;
		}
	}
	if (other > 0) {
		return COURSE_ACCIDENT;
	}
	if (alike > 0 || 1 + row_of(table, run, false) + row_of(table, run, true) >= LASTS_LEAST) {
		return COURSE_LASTS;
	}
	return COURSE_UNKNOWN;
}

static bool is_few(const struct run_sum *sum)
{
	return sum->failures < FAILURES_LEAST &&
	       (double)sum->failures < FEW_SHARE * (double)sum->tests;
}

/* Nearly all of the run's failures have that signature, which hardly any other run of its job has. */
static bool is_of_its_own(const struct table *table, size_t run, size_t signature)
{
	const struct evidence *evidence = table->evidence;
	const char *id = signature == NO_INDEX ? NULL : evidence->signatures.items[signature].id;
	size_t own = 0, runs = 0;

	for (size_t i = 0; id && i < evidence->runs.len; i++) {
		size_t count = 0;

		for (size_t k = 0; same_lane(table, i, run) && k < table->runs[i].failures; k++) {
			const struct observation *seen = failure_of(table, &table->runs[i], k);

			count += seen->has_signature &&
				 str_eq(evidence->signatures.items[seen->signature].id, id);
		}
		own = i == run ? count : own;
		runs += count > 0;
	}
	return runs <= FEW_RUNS && (double)own >= FEW_ALIKE * (double)table->runs[run].failures;
}

static bool is_incident(struct table *table, size_t run, size_t signature)
{
	const struct run_sum *sum = &table->runs[run];
	double share = (double)sum->failures / (double)sum->tests;
	enum mass_course course = COURSE_UNKNOWN;

	if (sum->service) {
		return true;
	}
	if (sum->failures < FAILURES_LEAST && signature == NO_INDEX) {
		return false;
	}
	if (is_few(sum) && !is_of_its_own(table, run, signature)) {
		return false;
	}
	compare(table, run, run + 1, true);
	course = course_of(table, run);
	if (course == COURSE_LASTS) {
		return false;
	}
	if (share >= SHARE_MOST) {
		return !recurs(table, run, RECUR_MOST);
	}
	return (signature != NO_INDEX || is_unusual(table, run)) &&
	       (course == COURSE_ACCIDENT || lane_of(table, run)->newest != run) &&
	       !recurs(table, run, RECUR_SHARE);
}

static void rank_runs(struct table *table)
{
	for (size_t i = 0; i < table->evidence->runs.len; i++) {
		table->rank[table->order[i]] = i;
	}
}

void mass_find(const struct evidence *evidence, const struct run_numbers *numbers,
	       struct mass_list *out)
{
	CLEANUP(table_end)
	struct table table = {
		.evidence = evidence,
		.numbers = numbers,
		.order = numbers->by_line,
		.rank = mem_array(evidence->runs.len + 1, sizeof(*table.rank)),
		.runs = mem_array(evidence->runs.len + 1, sizeof(*table.runs)),
		.lanes = mem_array(numbers->lanes + 1, sizeof(*table.lanes)),
		.is_news = mem_array(evidence->observations.len + 1, sizeof(*table.is_news)),
		.marks = mem_array(evidence->tests.len + 1, sizeof(*table.marks)),
	};

	rank_runs(&table);
	count_tests(&table);
	count_failures(&table, numbers->lanes);
	find_listed(&table);
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
}
