/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes a history of many runs (plan.h) without a file of results, through the writer that `steady run` uses.
 *
 *	make_history [--tests N] [--runs N] [--per-day N] [--first N] [--batch N] [--passes] FILE
 *	make_history … --dry
 *	make_history … --rows > FILE
 *
 * Runs from number --first on, so many to a transaction, and without failures with --passes. Says at the end
 * what it recorded, and the CPU time of recording alone; with --dry it only makes the runs, which is what has
 * to be taken off where a whole process is counted. --rows prints the results for another database: test, run,
 * outcome and milliseconds. The same arguments give the same runs.
 */
#include "cpu.h"
#include "history/history.h"
#include "history/internal.h"
#include "history/record.h"
#include "plan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct order {
	size_t tests, runs, per_day, first, batch;
	bool dry, rows, passes;
	const char *path;
};

struct work {
	const struct order *order;
	struct plan plan;
	struct history *history; /* NULL: nothing is recorded */
	size_t failures;
	double record_ms; /* CPU */
};

static void no_failures(struct plan *plan)
{
	for (size_t i = 0; i < plan->tests; i++) {
		struct result *result = &plan->results[i];

		result->outcome =
			outcome_is_bad(result->outcome) ? OUTCOME_PASSED : result->outcome;
	}
}

static size_t count_failures(const struct plan *plan)
{
	size_t count = 0;

	for (size_t i = 0; i < plan->tests; i++) {
		count += outcome_is_bad(plan->results[i].outcome);
	}
	return count;
}

static int record(struct work *work, size_t number, struct err *err)
{
	CLEANUP(run_release) struct run run = {0};
	struct results_file *file = NULL;
	size_t failures = count_failures(&work->plan);
	double before = 0;
	int done = 0;

	plan_run(&work->plan, number, &run);
	run.outcome = failures > 0 ? RUN_FAILED : RUN_PASSED;
	work->failures += failures;
	file = &run.attempts.items[0].files.items[0];
	file->results.items = work->plan.results;
	file->results.len = file->results.cap = work->plan.tests;
	before = cpu_ms();
	done = work->history ? record_run(&work->history->db, &run, err) : 0;
	work->record_ms += cpu_ms() - before;
	/* the results are the plan's */
	file->results.items = NULL;
	file->results.len = file->results.cap = 0;
	return done;
}

static int record_batch(struct work *work, size_t from, size_t end, struct err *err)
{
	CLEANUP(tx_end) struct tx tx = {0};
	double before = 0;
	int done = work->history ? tx_begin(&tx, &work->history->db, TX_WRITE, err) : 0;

	for (size_t i = from; i < end && done == 0; i++) {
		plan_fill(&work->plan, i, !work->order->passes);
		if (work->order->passes) {
			no_failures(&work->plan);
		}
		done = record(work, i, err);
		plan_drop_failures(&work->plan);
	}
	before = cpu_ms();
	if (done == 0 && work->history) {
		done = tx_commit(&tx, err);
	}
	work->record_ms += cpu_ms() - before;
	return done;
}

static int make(struct work *work, struct err *err)
{
	const struct order *order = work->order;
	size_t end = order->first + order->runs, next = 0;
	int done = 0;

	if (!order->dry) {
		done = history_open(order->path, HISTORY_WRITE, &work->history, err);
	}
	for (size_t i = order->first; i < end && done == 0; i = next) {
		next = i + order->batch < end ? i + order->batch : end;
		done = record_batch(work, i, next, err);
	}
	history_close(work->history);
	if (done == 0) {
		printf("results %zu failures %zu cpu_ms %.1f\n", order->runs * order->tests,
		       work->failures, work->record_ms);
	}
	return done;
}

static void print_rows(struct work *work)
{
	for (size_t i = 0; i < work->order->runs; i++) {
		size_t run = work->order->first + i;

		plan_fill(&work->plan, run, false);
		for (size_t test = 0; test < work->plan.tests; test++) {
			const struct result *result = &work->plan.results[test];

			printf("%zu\t%zu\t%u\t%lld\n", test, run, (unsigned)result->outcome,
			       (long long)(result->duration_us / 1000));
		}
	}
}

static size_t number(const char *text)
{
	char *end = NULL;
	unsigned long value;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno || end == text || *end || value >= UINT32_MAX) {
		fprintf(stderr, "make_history: not such a number: %s\n", text);
		exit(2);
	}
	return value;
}

static void read_order(char **words, struct order *out)
{
	const struct {
		const char *name;
		size_t *number;
		bool *flag;
	} options[] = {
		{"--tests", &out->tests, NULL},     {"--runs", &out->runs, NULL},
		{"--per-day", &out->per_day, NULL}, {"--first", &out->first, NULL},
		{"--batch", &out->batch, NULL},     {"--dry", NULL, &out->dry},
		{"--rows", NULL, &out->rows},       {"--passes", NULL, &out->passes},
	};

	for (; *words; words++) {
		size_t at = 0;

		while (at < ARRAY_LEN(options) && strcmp(*words, options[at].name) != 0) {
			at++;
		}
		if (at == ARRAY_LEN(options)) {
			out->path = *words;
		} else if (options[at].flag) {
			*options[at].flag = true;
		} else if (words[1]) {
			*options[at].number = number(*++words);
		}
	}
}

int main(int argc, char **argv)
{
	struct order order = {.tests = PLAN_TESTS, .runs = 1800, .per_day = 200, .batch = 100};
	struct work work = {.order = &order};
	struct err err = ERR_INIT;
	int done = 0;

	read_order(argv + (argc > 0), &order);
	if (!order.tests || !order.per_day || !order.batch ||
	    (!order.path && !order.dry && !order.rows) || (order.path && order.path[0] == '-')) {
		fprintf(stderr,
			"usage: make_history [--tests N] [--runs N] [--per-day N] [--first N] "
			"[--batch N] [--passes] FILE | --dry | --rows\n");
		return 2;
	}
	plan_make(order.tests, order.per_day, &work.plan);
	if (order.rows) {
		print_rows(&work);
	} else {
		done = make(&work, &err);
	}
	plan_release(&work.plan);
	if (done < 0) {
		fprintf(stderr, "make_history: %s\n", err.msg);
	}
	return done < 0 || fclose(stdout) != 0 ? 1 : 0;
}
